// HTTP as its handlers see it: whole requests in, whole responses out, whatever library reads the sockets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/ip_address.h"

namespace inquest::record {

struct HttpRequest {
  std::string method;                                           // "GET"
  std::string path;                                             // "/api/v2/write", percent-decoded
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query string, decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;     // names in lower case
  std::string body;  // whole, and inflated where it came with Content-Encoding: gzip or deflate; empty for uploads
  IpAddress peer;

  // The first one's value; empty where there is none.
  std::string_view parameter(std::string_view name) const;
  std::string_view header(std::string_view name) const;  // in lower case
};

struct HttpResponse {
  unsigned status = 200;
  std::string type = "application/json";  // no Content-Type where it is empty
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
};

// Sends the response. Called once, from any thread, at once or later; a request whose handler drops it is answered with
// 500. Safe to call when the client or the server has gone meanwhile.
using Respond = std::function<void(HttpResponse)>;

// Answers a request. Runs on the network thread, so it must not block: work that takes long goes elsewhere, with
// `respond`.
using Handler = std::function<void(HttpRequest request, Respond respond)>;

// Takes a body piece by piece, for those that have no end in sight or are too large to keep.
class Upload {
 public:
  // The client may have gone, or its body be refused: then neither finish() is called, nor more of feed().
  virtual ~Upload() = default;
  // The next bytes (inflated). `more` asks for the next ones: called once, from any thread, at once or later. With a
  // response it ends the upload early.
  virtual void feed(std::string_view piece, std::function<void(std::optional<HttpResponse>)> more) = 0;
  virtual void finish(Respond respond) = 0;
};
// Called with the head, before anything of the body was asked for: where the client waits for "100 Continue", it gets
// that once the upload is there, and the response else.
using OpenUpload = std::function<std::unique_ptr<Upload>(const HttpRequest& head, HttpResponse& refusal)>;

// Who may use a route.
enum class Access : uint8_t {
  Open,   // everybody who can connect: /ping, /health
  Token,  // with a token, or from loopback where no tokens are configured
};

struct Route {
  std::string method;  // "*": any
  std::string path;    // exact; one that ends in '/' also stands for all behind it
  Access access = Access::Token;
  Handler handle;          // one of the two
  OpenUpload open_upload;  //
  uint64_t most_body = 0;  // bytes, inflated; 0: what the server's settings say
};

// What is served. Filled before the server starts, and not changed afterwards.
class Routes {
 public:
  void add(std::string method, std::string path, Handler handle, Access access = Access::Token);
  void add_upload(std::string method, std::string path, OpenUpload open, Access access = Access::Token);
  void add(Route route);

  // The route; or null, with the methods that the path has in `allowed`, empty for a path that does not exist. HEAD
  // finds what GET has. An exact path goes before a longer prefix, and that before a shorter.
  const Route* find(std::string_view method, std::string_view path, std::string& allowed) const;

 private:
  std::vector<Route> routes_;
};

// An error in the words of the API that the path belongs to: {"code": "invalid", "message": ...} below /api/v2/,
// {"error": ...} elsewhere, as InfluxDB has it. `message` may be any bytes.
HttpResponse http_error(std::string_view path, unsigned status, std::string_view message);

// "a=b&c=%20d" decoded; what is no valid escape stays as it is. At most 256 parameters.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);
std::string percent_decoded(std::string_view text, bool plus_is_space);

// A JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

}  // namespace inquest::record
