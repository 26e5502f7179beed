#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "net/http.h"

namespace tidings::net {

/// Takes the body of a request as the parser finds it.
class Http1BodyTaker {
 public:
  virtual ~Http1BodyTaker() = default;
  virtual void OnBodyBytes(std::string_view bytes) = 0;
};

/// Beast's HTTP/1.1 parser, fed by hand, with its results as this server wants them.
///
/// Thread safety: one thread. Serves one request.
class Http1Parser final : public boost::beast::http::basic_parser<true> {
 public:
  Http1Parser(size_t max_header_bytes, Http1BodyTaker& body);

  const std::string& method() const { return method_; }
  const std::string& target() const { return target_; }
  bool is_http_1_1() const { return version_ == 11; }
  std::vector<Header>& headers() { return headers_; }

 private:
  using Text = boost::beast::string_view;
  using Error = boost::beast::error_code;
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;

  void on_request_impl(Verb verb, Text method, Text target, int version, Error& error) override;
  void on_response_impl(int code, Text reason, int version, Error& error) override;
  void on_field_impl(Field field, Text name, Text value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
  std::size_t on_body_impl(Text body, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, Text extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, Text body, Error& error) override;
  void on_finish_impl(Error& error) override;

  const size_t max_header_bytes_;
  Http1BodyTaker& body_;
  std::string method_;
  std::string target_;
  int version_ = 11;
  std::vector<Header> headers_;
  size_t header_bytes_ = 0;
};

}  // namespace tidings::net
