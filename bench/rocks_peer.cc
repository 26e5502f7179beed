#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "base/status.h"
#include "event_source.h"
#include "peer_stores.h"

namespace tidings::bench {
namespace {

/// Texts of a row, after its end: each a length of two bytes and the text.
enum RowText : uint8_t { kService, kInstance, kLayer, kName, kMessage, kRowTexts };

void AppendNumber(std::string& to, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    to.push_back(static_cast<char>(number >> shift));
  }
}

uint64_t ReadNumber(const char* at) {
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) {
    number = number << 8 | static_cast<uint8_t>(at[i]);
  }
  return number;
}

void AppendText(std::string& to, std::string_view text) {
  const auto size = static_cast<uint16_t>(text.size());
  to.append(reinterpret_cast<const char*>(&size), sizeof(size)).append(text);
}

struct Row {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  bool is_error = false;
  std::array<std::string_view, kRowTexts> texts;
};

Row ParseRow(const rocksdb::Slice& key, const rocksdb::Slice& value) {
  Row row;
  row.start_ms = static_cast<int64_t>(ReadNumber(key.data()));
  row.end_ms = static_cast<int64_t>(ReadNumber(value.data()));
  row.is_error = value[8] != 0;
  const char* at = value.data() + 9;
  for (std::string_view& text : row.texts) {
    uint16_t size = 0;
    std::memcpy(&size, at, sizeof(size));
    text = {at + sizeof(size), size};
    at += sizeof(size) + size;
  }
  return row;
}

class RocksPeer final : public PeerStore {
 public:
  explicit RocksPeer(const std::string& directory) {
    std::filesystem::create_directories(directory);
    rocksdb::Options options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.compression = rocksdb::kLZ4Compression;
    options.max_background_jobs = 2;
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.block_cache = rocksdb::NewLRUCache(size_t{256} << 20);
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* database = nullptr;
    Check(rocksdb::DB::Open(
        options,
        directory,
        {{rocksdb::kDefaultColumnFamilyName, options}, {"ids", options}},
        &handles,
        &database
    ));
    database_.reset(database);
    rows_ = handles[0];
    ids_ = handles[1];
  }
  RocksPeer(const RocksPeer&) = delete;
  RocksPeer& operator=(const RocksPeer&) = delete;
  ~RocksPeer() override {
    database_->DestroyColumnFamilyHandle(rows_);
    database_->DestroyColumnFamilyHandle(ids_);
  }

  const char* name() const override { return "RocksDB rows"; }

  void Commit(const ReportBatch& batch) override {
    rocksdb::WriteBatch write;
    for (const Report& report : batch.reports) {
      const EventView event = ViewOf(report, batch);
      std::string key;
      AppendNumber(key, static_cast<uint64_t>(event.start));
      key.append(event.id);
      std::string value;
      AppendNumber(value, static_cast<uint64_t>(event.end));
      value.push_back(event.type == EventType::kError ? 1 : 0);
      for (const TextField field :
           {TextField::kService,
            TextField::kInstance,
            TextField::kLayer,
            TextField::kName,
            TextField::kMessage}) {
        AppendText(value, event.text[field]);
      }
      for (const Parameter& parameter : event.parameters) {
        AppendText(value, parameter.key);
        AppendText(value, ValueText(parameter.value));
      }
      Check(write.Put(rows_, key, value));
      Check(write.Put(ids_, rocksdb::Slice(event.id.data(), event.id.size()), key));
    }
    rocksdb::WriteOptions options;
    options.sync = true;
    Check(database_->Write(options, &write));
  }
  void Finish() override {
    for (rocksdb::ColumnFamilyHandle* const space : {rows_, ids_}) {
      Check(database_->Flush({}, space));
      Check(database_->CompactRange({}, space, nullptr, nullptr));
    }
  }

  size_t ById(std::string_view id) override {
    std::string key;
    std::string value;
    Check(database_->Get({}, ids_, rocksdb::Slice(id.data(), id.size()), &key));
    Check(database_->Get({}, rows_, key, &value));
    return 1;
  }
  size_t NewestOfService(const std::string& service, size_t limit) override {
    size_t found = 0;
    const std::unique_ptr<rocksdb::Iterator> at(database_->NewIterator({}, rows_));
    for (at->SeekToLast(); at->Valid() && found < limit; at->Prev()) {
      found += ParseRow(at->key(), at->value()).texts[kService] == service ? 1 : 0;
    }
    return found;
  }
  size_t Overlap(int64_t from_ms, int64_t to_ms, size_t limit) override {
    size_t found = 0;
    ForEachRow([&](const Row& row) {
      found += row.end_ms >= from_ms ? 1 : 0;
      return row.start_ms < to_ms && found < limit;
    });
    return found;
  }
  size_t Word(const std::string& word, size_t limit) override {
    size_t found = 0;
    const std::unique_ptr<rocksdb::Iterator> at(database_->NewIterator({}, rows_));
    for (at->SeekToLast(); at->Valid() && found < limit; at->Prev()) {
      const Row row = ParseRow(at->key(), at->value());
      found += row.texts[kMessage].find(word) != std::string_view::npos ? 1 : 0;
    }
    return found;
  }
  size_t CountByName() override {
    std::unordered_map<std::string, size_t> names;
    ForEachRow([&](const Row& row) {
      ++names[std::string(row.texts[kName])];
      return true;
    });
    return names.size();
  }
  size_t Histogram(int64_t from_ms, int64_t to_ms, size_t buckets) override {
    std::vector<size_t> counts(buckets);
    ForEachRow([&](const Row& row) {
      const int64_t at =
          (row.start_ms - from_ms) * static_cast<int64_t>(buckets) / (to_ms - from_ms);
      ++counts[static_cast<size_t>(std::clamp<int64_t>(at, 0, static_cast<int64_t>(buckets) - 1))];
      return true;
    });
    return counts.size();
  }
  size_t AllFacets() override {
    std::array<std::unordered_map<std::string, size_t>, kMessage> facets;
    size_t errors = 0;
    ForEachRow([&](const Row& row) {
      for (size_t i = 0; i < facets.size(); ++i) {
        ++facets[i][std::string(row.texts[i])];
      }
      errors += row.is_error ? 1 : 0;
      return true;
    });
    size_t values = errors == 0 ? 1 : 2;
    for (const auto& facet : facets) {
      values += facet.size();
    }
    return values;
  }

 private:
  static void Check(const rocksdb::Status& status) {
    if (!status.ok()) {
      Die(Internal("RocksDB: {}", status.ToString()));
    }
  }
  template <typename Visit>
  void ForEachRow(Visit visit) {
    const std::unique_ptr<rocksdb::Iterator> at(database_->NewIterator({}, rows_));
    for (at->SeekToFirst(); at->Valid() && visit(ParseRow(at->key(), at->value())); at->Next()) {
    }
  }

  std::unique_ptr<rocksdb::DB> database_;
  rocksdb::ColumnFamilyHandle* rows_ = nullptr;
  rocksdb::ColumnFamilyHandle* ids_ = nullptr;
};

}  // namespace

std::unique_ptr<PeerStore> MakeRocksPeer(const std::string& directory) {
  return std::make_unique<RocksPeer>(directory);
}

}  // namespace tidings::bench
