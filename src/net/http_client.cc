#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include <curl/curl.h>

#include "base/status.h"
#include "base/text.h"

namespace tidings::net {
namespace {

/// An answer larger than this is no answer of an event server: pages end at 16 MiB.
constexpr size_t kMaxBodyBytes = size_t{256} << 20;

/// Where the bytes of an answer's body go.
struct BodyTarget {
  CURL* handle = nullptr;
  const ClientRequest& request;
  std::string& body;
  bool was_ended = false;
};

size_t TakeBody(char* data, size_t /*one*/, size_t size, void* user) {
  auto& target = *static_cast<BodyTarget*>(user);
  long status = 0;
  curl_easy_getinfo(target.handle, CURLINFO_RESPONSE_CODE, &status);
  if (target.request.on_body && status / 100 == 2) {
    target.was_ended = !target.request.on_body({data, size});
    return target.was_ended ? 0 : size;
  }
  if (target.body.size() + size > kMaxBodyBytes) {
    return 0;
  }
  target.body.append(data, size);
  return size;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const size_t end = text.find_last_not_of(" \t\r\n");
  return text.substr(begin, end == std::string_view::npos ? 0 : end + 1 - begin);
}

size_t AppendHeader(char* data, size_t /*one*/, size_t size, void* user) {
  auto& headers = *static_cast<std::vector<Header>*>(user);
  const std::string_view line(data, size);
  if (line.substr(0, 5) == "HTTP/") {
    headers.clear();  // The head of a 100 Continue came before.
  } else if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
    headers.push_back(
        {ToLowerAscii(line.substr(0, colon)), std::string(Trimmed(line.substr(colon + 1)))}
    );
  }
  return size;
}

/// Whether a URL's host is this machine.
bool IsLoopback(std::string_view url) {
  const size_t scheme = url.find("://");
  const std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return host.substr(0, 4) == "127." || host.substr(0, 9) == "localhost" ||
         host.substr(0, 5) == "[::1]";
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

HeaderList MakeHeaderList(const std::vector<Header>& headers) {
  HeaderList list;
  for (const Header& header : headers) {
    const std::string line = header.name + ": " + header.value;
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }
  // Without this libcurl waits a second before a larger body.
  list.reset(curl_slist_append(list.release(), "Expect:"));
  return list;
}

/// Whether the server ended the handshake because of the client's certificate, or for want of one.
/// libcurl tells that in OpenSSL's words only: with TLS 1.3 it comes after the handshake.
bool IsRefusedCertificate(std::string_view why) {
  constexpr std::array<std::string_view, 6> kAlerts{
      "alert certificate",
      "alert bad certificate",
      "alert unsupported certificate",
      "alert unknown ca",
      "alert access denied",
      "alert handshake failure"};
  return std::any_of(kAlerts.begin(), kAlerts.end(), [why](std::string_view alert) {
    return why.find(alert) != std::string_view::npos;
  });
}

absl::Status StatusOf(CURLcode code, const char* detail) {
  const std::string_view why = *detail != '\0' ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return InvalidArgument("no URL that can be called: {}", why);
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return InvalidArgument("{}", why);
    case CURLE_OPERATION_TIMEDOUT:
      return MakeStatus(absl::StatusCode::kDeadlineExceeded, "{}", why);
    case CURLE_PEER_FAILED_VERIFICATION:
      return MakeStatus(
          absl::StatusCode::kUnauthenticated, "the server's certificate is not trusted: {}", why
      );
    default:
      if (IsRefusedCertificate(why)) {
        return MakeStatus(
            absl::StatusCode::kUnauthenticated,
            "the server refuses this client's certificate, or wants one: {}",
            why
        );
      }
      return Unavailable("{}", why);
  }
}

class CurlClient final : public HttpClient {
 public:
  CurlClient(CURL* handle, ClientTls tls) : handle_(handle), tls_(std::move(tls)) {}

  absl::StatusOr<ClientResponse> Send(const ClientRequest& request) override {
    ClientResponse response;
    std::array<char, CURL_ERROR_SIZE> detail{};
    const HeaderList headers = MakeHeaderList(request.headers);
    curl_easy_reset(handle_.get());  // Keeps the connections.
    SetDestination(request);
    SetTls();
    SetBody(request);
    Set(CURLOPT_HTTPHEADER, headers.get());
    Set(CURLOPT_ERRORBUFFER, detail.data());
    BodyTarget target{.handle = handle_.get(), .request = request, .body = response.body};
    Set(CURLOPT_WRITEFUNCTION, &TakeBody);
    Set(CURLOPT_WRITEDATA, &target);
    Set(CURLOPT_HEADERFUNCTION, &AppendHeader);
    Set(CURLOPT_HEADERDATA, &response.headers);
    const CURLcode code = curl_easy_perform(handle_.get());
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_PARTIAL_FILE && status != 0) {
      return absl::AbortedError("the server broke its answer off");
    }
    if (code != CURLE_OK && !target.was_ended) {
      return StatusOf(code, detail.data());
    }
    response.status = static_cast<int>(status);
    return response;
  }

 private:
  struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  template <typename Value>
  void Set(CURLoption option, Value value) {
    curl_easy_setopt(handle_.get(), option, value);
  }

  void SetDestination(const ClientRequest& request) {
    Set(CURLOPT_URL, request.url.c_str());
    Set(CURLOPT_PROTOCOLS_STR, "http,https");
    Set(CURLOPT_PATH_AS_IS, 1L);
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_ACCEPT_ENCODING, "");
    Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
    Set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    if (request.silence.count() > 0) {
      Set(CURLOPT_LOW_SPEED_LIMIT, 1L);
      Set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.silence.count()));
    }
    if (IsLoopback(request.url)) {
      Set(CURLOPT_PROXY, "");
    }
  }

  void SetTls() {
    if (!tls_.ca_file.empty()) {
      Set(CURLOPT_CAINFO, tls_.ca_file.c_str());
      // Else the system's authorities would be trusted beside those that are named.
      Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!tls_.ca_directory.empty()) {
      Set(CURLOPT_CAPATH, tls_.ca_directory.c_str());
    }
    if (!tls_.certificate_file.empty()) {
      Set(CURLOPT_SSLCERT, tls_.certificate_file.c_str());
    }
    if (!tls_.key_file.empty()) {
      Set(CURLOPT_SSLKEY, tls_.key_file.c_str());
    }
  }

  void SetBody(const ClientRequest& request) {
    if (request.method == "HEAD") {
      Set(CURLOPT_NOBODY, 1L);
    } else if (request.method == "POST" || request.method == "PUT" || !request.body.empty()) {
      Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      // Null would mean: read it from stdin.
      Set(CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    }
    if (request.method != "HEAD") {
      Set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
  }

  const std::unique_ptr<CURL, FreeHandle> handle_;
  const ClientTls tls_;
};

}  // namespace

std::string_view ClientResponse::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [name](const Header& header) {
    return header.name == name;
  });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(ClientTls tls) {
  static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* const handle = kInitialised == CURLE_OK ? curl_easy_init() : nullptr;
  if (handle == nullptr) {
    return Internal("libcurl cannot be initialised");
  }
  return std::make_unique<CurlClient>(handle, std::move(tls));
}

}  // namespace tidings::net
