#include "store/embedded/id_run.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "store/embedded/bytes.h"
#include "store/embedded/hot_block.h"
#include "store/embedded/id_hash.h"

namespace tidings::embedded {
namespace {

constexpr unsigned kRunRowBits = 17;
static_assert(size_t{1} << kRunRowBits == kMaxBlockRows);
constexpr unsigned kPlaceBits = 20;
/// With 114 million ids in 15 runs, 10 bits let one new id in seven read a page of a run in vain,
/// 12 one in fifteen.
constexpr size_t kFilterBitsPerId = 12;

/// What a page is sealed with.
uint64_t PlaceOfPage(uint64_t run, size_t page) {
  return run << kPlaceBits ^ page;
}

absl::Status ToRunStatus(const rocksdb::Status& status, const std::string& file) {
  return status.ok() ? absl::OkStatus() : Unavailable("{}: {}", file, status.ToString());
}

}  // namespace

std::string RunFileName(const std::string& directory, uint64_t number) {
  return fmt::format("{}/{}.run", directory, number);
}

std::string EncodeRunInfo(const RunInfo& run) {
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.Varint(run.entries);
  writer.Varint(run.page_bytes);
  writer.Varint(run.filter_bytes);
  writer.Varint(run.index_bytes);
  Seal(value, ValueKind::kRunInfo, run.number);
  return value;
}

absl::StatusOr<RunInfo> DecodeRunInfo(std::string_view value, uint64_t number) {
  const absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kRunInfo, number);
  if (!payload.ok()) {
    return payload.status();
  }
  ByteReader reader(*payload);
  RunInfo run{.number = number};
  run.entries = reader.Varint();
  run.page_bytes = reader.Varint();
  run.filter_bytes = reader.Varint();
  run.index_bytes = reader.Varint();
  const bool is_filter = run.filter_bytes != 0 && run.filter_bytes % IdFilter::kLineBytes == 0;
  if (!reader.ok() || !reader.AtEnd() || !is_filter) {
    return DataLoss("the record of a run is malformed");
  }
  return run;
}

absl::StatusOr<std::shared_ptr<const RunPage>> RunPage::Read(std::string value, uint64_t place) {
  auto page = std::make_shared<RunPage>();
  page->value_ = std::move(value);
  const absl::StatusOr<std::string_view> payload = Unseal(page->value_, ValueKind::kRunPage, place);
  if (!payload.ok()) {
    return payload.status();
  }
  ByteReader reader(*payload);
  page->size_ = reader.Varint();
  if (!reader.ok() || page->size_ > kRunPageEntries || !page->hashes_.Read(reader, page->size_) ||
      !page->places_.Read(reader, page->size_)) {
    return DataLoss("a page of {} entries is malformed", page->size_);
  }
  return page;
}

uint64_t RunPage::BlockIndex(size_t at) const {
  return static_cast<uint64_t>(places_[at]) >> kRunRowBits;
}

uint32_t RunPage::Row(size_t at) const {
  return static_cast<uint32_t>(places_[at]) & ((1U << kRunRowBits) - 1);
}

size_t RunPage::LowerBound(uint64_t hash) const {
  size_t low = 0;
  size_t high = size_;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (Hash(middle) < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::string EncodeRunIndex(const RunIndex& index, uint64_t number) {
  std::string value = BeginSealed();
  ByteWriter writer(value);
  writer.Varint(index.blocks.size());
  uint64_t block = 0;
  for (const RunBlock& one : index.blocks) {
    writer.Varint(one.number - block);
    writer.Varint(one.entries);
    block = one.number;
  }
  writer.Varint(index.first_hashes.size());
  uint64_t hash = 0;
  for (size_t page = 0; page < index.first_hashes.size(); ++page) {
    writer.Varint(index.first_hashes[page] - hash);
    writer.Varint(index.offsets[page + 1] - index.offsets[page]);
    hash = index.first_hashes[page];
  }
  writer.Fixed64(index.filter_checksum);
  Seal(value, ValueKind::kRunIndex, number);
  return value;
}

absl::StatusOr<RunIndex> DecodeRunIndex(std::string_view value, uint64_t number) {
  const absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kRunIndex, number);
  if (!payload.ok()) {
    return payload.status();
  }
  ByteReader reader(*payload);
  RunIndex index;
  const uint64_t blocks = std::min<uint64_t>(reader.Varint(), reader.left());
  uint64_t block = 0;
  for (uint64_t i = 0; i < blocks && reader.ok(); ++i) {
    block += reader.Varint();
    index.blocks.push_back({.number = block, .entries = reader.Varint()});
  }
  const uint64_t pages = std::min<uint64_t>(reader.Varint(), reader.left());
  uint64_t hash = 0;
  index.offsets.push_back(0);
  for (uint64_t i = 0; i < pages && reader.ok(); ++i) {
    hash += reader.Varint();
    index.first_hashes.push_back(hash);
    index.offsets.push_back(index.offsets.back() + reader.Varint());
  }
  index.filter_checksum = reader.Fixed64();
  if (!reader.ok() || !reader.AtEnd()) {
    return DataLoss("the index of a run is malformed");
  }
  return index;
}

absl::StatusOr<std::shared_ptr<IdRun>> IdRun::Open(const Files& files, const RunInfo& info) {
  std::shared_ptr<IdRun> run(new IdRun(files, info));
  const std::string name = RunFileName(files.directory, info.number);
  const rocksdb::Status status =
      files.env->NewRandomAccessFile(name, &run->file_, rocksdb::EnvOptions());
  if (status.IsNotFound() || status.IsPathNotFound()) {
    return DataLoss("{}: is missing", name);
  }
  if (!status.ok()) {
    return ToRunStatus(status, name);
  }
  if (absl::Status read = run->ReadParts(); !read.ok()) {
    return run->Explain(read);
  }
  return run;
}

absl::Status IdRun::ReadParts() {
  std::string value(info_.index_bytes, '\0');
  absl::Status status =
      ReadExactly(info_.page_bytes + info_.filter_bytes, value.size(), value.data());
  if (!status.ok()) {
    return status;
  }
  absl::StatusOr<RunIndex> index = DecodeRunIndex(value, info_.number);
  if (!index.ok()) {
    return index.status();
  }
  index_ = *std::move(index);
  status = ReadExactly(info_.page_bytes, info_.filter_bytes, filter_.Allocate(info_.filter_bytes));
  if (!status.ok()) {
    return status;
  }
  if (Xxh3Low(filter_.bytes(), info_.number) != index_.filter_checksum) {
    return DataLoss("the checksum of its filter does not fit");
  }
  if (index_.offsets.back() != info_.page_bytes) {
    return DataLoss("its pages end at {}, expected {}", index_.offsets.back(), info_.page_bytes);
  }
  return absl::OkStatus();
}

absl::Status IdRun::ReadExactly(uint64_t offset, size_t size, char* bytes) const {
  rocksdb::Slice slice;
  const rocksdb::Status status = file_->Read(offset, size, &slice, bytes);
  if (!status.ok()) {
    return ToRunStatus(status, RunFileName(files_.directory, info_.number));
  }
  if (slice.size() != size) {
    return DataLoss("{} bytes at offset {}, expected {}", slice.size(), offset, size);
  }
  if (slice.data() != bytes) {
    std::copy_n(slice.data(), size, bytes);
  }
  return absl::OkStatus();
}

IdRun::~IdRun() {
  if (retired_) {
    // Where that fails, the next opening sweeps it.
    files_.env->DeleteFile(RunFileName(files_.directory, info_.number)).PermitUncheckedError();
  }
}

absl::Status IdRun::Explain(const absl::Status& status) const {
  if (status.code() != absl::StatusCode::kDataLoss) {
    return status;
  }
  damaged_ = true;
  return DataLoss("{}: {}", RunFileName(files_.directory, info_.number), MessageOf(status));
}

absl::StatusOr<std::shared_ptr<const RunPage>> IdRun::ReadPage(size_t page) const {
  const uint64_t offset = index_.offsets[page];
  std::string value(index_.offsets[page + 1] - offset, '\0');
  if (absl::Status status = ReadExactly(offset, value.size(), value.data()); !status.ok()) {
    return Explain(status);
  }
  absl::StatusOr<std::shared_ptr<const RunPage>> read =
      RunPage::Read(std::move(value), PlaceOfPage(info_.number, page));
  if (!read.ok()) {
    return Explain(DataLoss("page {}: {}", page, MessageOf(read.status())));
  }
  for (size_t at = 0; at < (*read)->size(); ++at) {
    if ((*read)->BlockIndex(at) >= index_.blocks.size()) {
      return Explain(DataLoss("page {}: an entry of an unknown block", page));
    }
  }
  return read;
}

absl::StatusOr<std::shared_ptr<const RunPage>> IdRun::CachedPage(size_t page) const {
  const uint64_t key = PlaceOfPage(info_.number, page);
  if (std::shared_ptr<const RunPage> cached = files_.cache->Find(key)) {
    return cached;
  }
  absl::StatusOr<std::shared_ptr<const RunPage>> read = ReadPage(page);
  if (read.ok()) {
    files_.cache->Insert(key, *read);
  }
  return read;
}

absl::Status IdRun::Find(uint64_t hash, std::vector<Location>& found) const {
  // Equal hashes may begin at the end of the page before the first that begins with them.
  const auto first = std::lower_bound(index_.first_hashes.begin(), index_.first_hashes.end(), hash);
  auto page = static_cast<size_t>(first - index_.first_hashes.begin());
  page -= page == 0 ? 0 : 1;
  for (; page < pages() && index_.first_hashes[page] <= hash; ++page) {
    const absl::StatusOr<std::shared_ptr<const RunPage>> read = CachedPage(page);
    if (!read.ok()) {
      return read.status();
    }
    const RunPage& entries = **read;
    size_t at = entries.LowerBound(hash);
    for (; at < entries.size() && entries.Hash(at) == hash; ++at) {
      found.push_back(LocationOf(entries, at));
    }
    if (at < entries.size()) {
      break;
    }
  }
  return absl::OkStatus();
}

size_t IdRun::bytes() const {
  return sizeof(IdRun) + filter_.bytes().size() + pages() * 2 * sizeof(uint64_t) +
         index_.blocks.size() * sizeof(RunBlock);
}

IdRunWriter::IdRunWriter(const IdRun::Files& files, uint64_t number, size_t max_entries)
    : files_(files), info_({.number = number}), filter_(max_entries * kFilterBitsPerId) {
  index_.offsets.push_back(0);
}

absl::StatusOr<std::unique_ptr<IdRunWriter>> IdRunWriter::Create(
    const IdRun::Files& files,
    uint64_t number,
    size_t max_entries,
    const std::vector<uint64_t>& blocks
) {
  std::unique_ptr<IdRunWriter> writer(new IdRunWriter(files, number, max_entries));
  for (const uint64_t block : blocks) {
    writer->index_of_block_[block] = static_cast<uint32_t>(writer->index_.blocks.size());
    writer->index_.blocks.push_back({.number = block});
  }
  const std::string name = RunFileName(files.directory, number);
  const rocksdb::Status status =
      files.env->NewWritableFile(name, &writer->file_, rocksdb::EnvOptions());
  if (!status.ok()) {
    return ToRunStatus(status, name);
  }
  return writer;
}

absl::Status IdRunWriter::Add(const IdEntry& entry) {
  if (hashes_.empty()) {
    index_.first_hashes.push_back(entry.hash);
  }
  const uint64_t block = index_of_block_.at(entry.location.block);
  ++index_.blocks[block].entries;
  filter_.Add(entry.hash);
  hashes_.push_back(static_cast<int64_t>(entry.hash));
  places_.push_back(static_cast<int64_t>(block << kRunRowBits | entry.location.row));
  ++info_.entries;
  return hashes_.size() < kRunPageEntries ? absl::OkStatus() : FinishPage();
}

absl::Status IdRunWriter::FinishPage() {
  std::string value = BeginSealed();
  ByteWriter(value).Varint(hashes_.size());
  AppendBitColumn(value, hashes_);
  AppendBitColumn(value, places_);
  value.append(kColumnPadding, '\0');
  const size_t page = index_.first_hashes.size() - 1;
  Seal(value, ValueKind::kRunPage, PlaceOfPage(info_.number, page));
  hashes_.clear();
  places_.clear();
  info_.page_bytes += value.size();
  index_.offsets.push_back(info_.page_bytes);
  return Append(value);
}

absl::Status IdRunWriter::Append(std::string_view bytes) {
  return ToRunStatus(
      file_->Append(rocksdb::Slice(bytes.data(), bytes.size())),
      RunFileName(files_.directory, info_.number)
  );
}

absl::StatusOr<RunInfo> IdRunWriter::Finish() {
  if (!hashes_.empty()) {
    if (absl::Status status = FinishPage(); !status.ok()) {
      return status;
    }
  }
  const std::string_view filter = filter_.bytes();
  index_.filter_checksum = Xxh3Low(filter, info_.number);
  const std::string index = EncodeRunIndex(index_, info_.number);
  info_.filter_bytes = filter.size();
  info_.index_bytes = index.size();
  for (const std::string_view part : {filter, std::string_view(index)}) {
    if (absl::Status status = Append(part); !status.ok()) {
      return status;
    }
  }
  rocksdb::Status status = file_->Sync();
  if (status.ok()) {
    status = file_->Close();
  }
  std::unique_ptr<rocksdb::Directory> directory;
  if (status.ok()) {
    status = files_.env->NewDirectory(files_.directory, &directory);
  }
  if (status.ok()) {
    status = directory->Fsync();
  }
  if (!status.ok()) {
    return ToRunStatus(status, RunFileName(files_.directory, info_.number));
  }
  is_kept_ = info_.entries != 0;
  return info_;
}

IdRunWriter::~IdRunWriter() {
  if (!is_kept_) {
    file_.reset();
    files_.env->DeleteFile(RunFileName(files_.directory, info_.number)).PermitUncheckedError();
  }
}

absl::StatusOr<RunInfo> WriteRun(
    const IdRun::Files& files, uint64_t number, std::vector<IdEntry>& entries
) {
  std::sort(entries.begin(), entries.end());
  std::vector<uint64_t> blocks;
  for (const IdEntry& entry : entries) {
    if (blocks.empty() || blocks.back() != entry.location.block) {
      blocks.push_back(entry.location.block);
    }
  }
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  absl::StatusOr<std::unique_ptr<IdRunWriter>> writer =
      IdRunWriter::Create(files, number, entries.size(), blocks);
  if (!writer.ok()) {
    return writer.status();
  }
  for (const IdEntry& entry : entries) {
    if (absl::Status status = (*writer)->Add(entry); !status.ok()) {
      return status;
    }
  }
  return (*writer)->Finish();
}

}  // namespace tidings::embedded
