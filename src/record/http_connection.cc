#include "record/http_connection.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "record/awaited.h"
#include "record/http_head.h"
#include "record/inflate.h"

namespace inquest::record {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

constexpr size_t kFirstRead = 512;                   // all that an idle connection keeps for its next request
constexpr size_t kPiece = size_t{64} << 10U;         // of a body, read at once
constexpr size_t kPackedPiece = size_t{4} << 10U;    // of a compressed upload: it may grow a thousandfold
constexpr size_t kMostDrained = size_t{256} << 10U;  // of a refused body, to keep the connection
constexpr size_t kMostDiscarded = size_t{4} << 20U;  // of a refused body, so that the client reads the answer
constexpr auto kGoodbye = std::chrono::seconds(2);
constexpr size_t kSmallBody = size_t{16} << 10U;  // sent in one piece with the head
constexpr size_t kWritePiece = size_t{1} << 20U;

std::chrono::nanoseconds duration(Ns ns) { return std::chrono::nanoseconds(ns); }

HttpResponse no_answer() {
  HttpResponse response{.status = 500};
  response.body = "{\"error\":\"internal error\"}\n";
  return response;
}

HttpResponse come_again(const HttpRequest& request, unsigned status, std::string_view why, Ns wait) {
  HttpResponse response = http_error(request.path, status, why);
  response.headers.emplace_back("Retry-After", fmt::format("{}", std::max<Ns>(1, (wait + kSecond - 1) / kSecond)));
  return response;
}

template <class Stream>
class Connection {
 public:
  Connection(std::shared_ptr<HttpShared> shared, Stream stream, const IpAddress& peer)
      : shared_(std::move(shared)),
        stream_(std::move(stream)),
        peer_(peer),
        place_(shared_->connections, peer),
        buffer_(shared_->setup.limits.header + 2 * kPiece) {}

  asio::awaitable<void> run() {
    if constexpr (kTls) {
      may_be_closed();
      tcp_stream().expires_after(duration(limits().header_time));
      auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kTuple);
      place_.busy();
      if (error) {
        shared_->counters.malformed.add();
        co_return;
      }
    }
    bool more = true;
    while (more) more = co_await one_request();
    co_await goodbye();
  }

 private:
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;
  using Parser = http::request_parser<http::buffer_body>;
  using HeadParser = http::request_parser<http::empty_body>;

  const HttpLimits& limits() const { return shared_->setup.limits; }
  beast::tcp_stream& tcp_stream() { return beast::get_lowest_layer(stream_); }
  void may_be_closed() {
    place_.idle([this] { tcp_stream().close(); });
  }

  // Reads one request and answers it; false where it is the last one.
  asio::awaitable<bool> one_request();
  asio::awaitable<bool> read_head(HeadParser& head);
  // What can be answered before the body is read.
  std::optional<HttpResponse> refusal(const HttpRequest& request, const Route* route, std::string_view allowed,
                                      uint64_t content_length);
  // Reads the body into the request; or gives what to answer instead, or neither where the connection is lost.
  asio::awaitable<std::optional<HttpResponse>> read_body(Parser& parser, const Route& route, HttpRequest& request,
                                                         MemoryBudget::Lease& lease);
  asio::awaitable<std::optional<HttpResponse>> take_upload(Parser& parser, Upload& upload, bool packed);
  // The body's next bytes, empty at its end and where the connection was lost.
  asio::awaitable<std::string_view> next_piece(Parser& parser, size_t most);
  asio::awaitable<void> drain(Parser& parser);
  // Waits until the source may send so many more bytes.
  asio::awaitable<void> pay(uint64_t bytes);
  asio::awaitable<void> send_continue();
  asio::awaitable<bool> send(const HttpRequest& request, HttpResponse response, bool keep);
  asio::awaitable<bool> write(std::string_view bytes);
  asio::awaitable<void> goodbye();

  std::shared_ptr<HttpShared> shared_;
  Stream stream_;
  IpAddress peer_;
  ConnectionTable::Place place_;
  beast::flat_buffer buffer_;
  std::unique_ptr<char[]> piece_;  // while a body is read
  bool lost_ = false;              // nothing can be sent or read any more
  bool unread_ = false;            // something of a refused body is still to come
};

template <class Stream>
asio::awaitable<bool> Connection<Stream>::read_head(HeadParser& head) {
  // Until a whole head is there, the connection is one that may be closed for another.
  may_be_closed();
  if (buffer_.size() == 0) {
    buffer_.shrink_to_fit();
    tcp_stream().expires_after(duration(limits().idle));
    const auto space = buffer_.prepare(kFirstRead);
    auto [error, count] = co_await stream_.async_read_some(space, kTuple);
    if (error) {
      lost_ = true;
      co_return false;
    }
    buffer_.commit(count);
  }
  head.header_limit(static_cast<uint32_t>(std::min<uint64_t>(limits().header, UINT32_MAX)));
  head.body_limit(boost::none);
  tcp_stream().expires_after(duration(limits().header_time));
  auto [error, count] = co_await http::async_read_header(stream_, buffer_, head, kTuple);
  place_.busy();
  if (!error) co_return true;
  if (error == beast::error::timeout) {
    shared_->counters.limited.add();
    lost_ = true;
  } else if (error.category() == make_error_code(http::error::bad_target).category() &&
             error != http::error::end_of_stream) {
    shared_->counters.malformed.add();
    HttpResponse response = error == http::error::header_limit
                                ? http_error("", 431, "the head of the request is too large")
                                : http_error("", 400, fmt::format("not HTTP: {}", error.message()));
    unread_ = true;
    const HttpRequest none;
    co_await send(none, std::move(response), false);
  } else {
    lost_ = true;
  }
  co_return false;
}

template <class Stream>
std::optional<HttpResponse> Connection<Stream>::refusal(const HttpRequest& request, const Route* route,
                                                        std::string_view allowed, uint64_t content_length) {
  if (route == nullptr && allowed.empty()) return http_error(request.path, 404, "there is nothing at this path");
  if (route == nullptr) {
    HttpResponse response = request.method == "OPTIONS"
                                ? HttpResponse{.status = 204}
                                : http_error(request.path, 405, "this path does not have this method");
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  if (route->access == Access::Token && !shared_->setup.may_enter(request)) {
    shared_->counters.not_allowed.add();
    HttpResponse response = http_error(
        request.path, 401, request.path.starts_with("/api/v2/") ? "unauthorized access" : "authorization failed");
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"inquest\"");
    return response;
  }
  const std::string_view encoding = request.header("content-encoding");
  if (!encoding.empty() && encoding != "gzip" && encoding != "x-gzip" && encoding != "deflate" &&
      encoding != "identity" && encoding != "snappy")
    return http_error(request.path, 415, "bodies may be compressed with gzip or deflate");
  const uint64_t most = route->most_body == 0 ? limits().body : route->most_body;
  if (!route->open_upload && content_length > most) {
    shared_->counters.limited.add();
    return http_error(request.path, 413, fmt::format("the body is larger than {} bytes", most));
  }
  const Ns now = steady_now();
  if (const Ns wait = shared_->rate.wait(peer_, std::max<uint64_t>(content_length, 1), now); wait > 0) {
    shared_->counters.limited.add();
    return come_again(request, 429, "this source sends more than it may", wait);
  }
  shared_->rate.take(peer_, content_length, now);
  return std::nullopt;
}

template <class Stream>
asio::awaitable<bool> Connection<Stream>::one_request() {
  if (shared_->stopping && buffer_.size() == 0) co_return false;
  HeadParser head;
  if (!co_await read_head(head)) co_return false;
  shared_->counters.messages.add();
  HttpRequest request = request_of(head.get(), peer_);
  const bool chunked = head.chunked();
  const uint64_t content_length = head.content_length().value_or(0);
  bool keep = head.keep_alive();
  const bool waits = head.get().version() == 11 && lower(request.header("expect")) == "100-continue";

  std::string allowed;
  const Route* route = shared_->setup.routes->find(request.method, request.path, allowed);
  std::optional<HttpResponse> response = refusal(request, route, allowed, content_length);
  std::unique_ptr<Upload> upload;
  if (!response && route->open_upload) {
    HttpResponse refused{.status = 403};
    upload = route->open_upload(request, refused);
    if (!upload) response = std::move(refused);
  }

  MemoryBudget::Lease lease(shared_->memory, peer_);
  Parser parser(std::move(head));
  piece_ = std::make_unique_for_overwrite<char[]>(kPiece);
  if (response) {
    // A small body is read on, so that the client can go on too; one that waits for our word need not send it at all.
    if (!parser.is_done() && !waits && !chunked && content_length <= kMostDrained) co_await drain(parser);
  } else {
    if (waits && !parser.is_done()) co_await send_continue();
    const std::string_view encoding = request.header("content-encoding");
    if (upload) {
      response = co_await take_upload(parser, *upload, encoding.ends_with("gzip") || encoding == "deflate");
    } else {
      response = co_await read_body(parser, *route, request, lease);
    }
  }
  piece_.reset();
  if (lost_) co_return false;
  unread_ = !parser.is_done();
  keep = keep && !unread_;
  if (!response) {
    HttpRequest head_only;
    head_only.method = request.method;
    auto ask = [&](Respond respond) { route->handle(std::move(request), std::move(respond)); };
    response = co_await answer<HttpResponse>(stream_.get_executor(), ask, no_answer());
    request = std::move(head_only);
  }
  keep = keep && !shared_->stopping;
  const bool sent = co_await send(request, std::move(*response), keep);
  co_return sent&& keep;
}

template <class Stream>
asio::awaitable<std::string_view> Connection<Stream>::next_piece(Parser& parser, size_t most) {
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece_.get();
    body.size = most;
    auto [error, count] = co_await http::async_read_some(stream_, buffer_, parser, kTuple);
    if (error && error != http::error::need_buffer) {
      if (error == beast::error::timeout) shared_->counters.limited.add();
      if (error.category() == make_error_code(http::error::bad_target).category()) shared_->counters.malformed.add();
      lost_ = true;
      co_return std::string_view();
    }
    const size_t got = most - body.size;
    shared_->counters.bytes.add(got);
    if (got > 0) co_return std::string_view(piece_.get(), got);
  }
  co_return std::string_view();
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::drain(Parser& parser) {
  tcp_stream().expires_after(duration(limits().stall));
  std::string_view piece;
  do {
    piece = co_await next_piece(parser, kPiece);
  } while (!piece.empty());
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::pay(uint64_t bytes) {
  if (const Ns wait = shared_->rate.wait(peer_, bytes, steady_now()); wait > 0) {
    asio::steady_timer timer(stream_.get_executor(), duration(wait));
    co_await timer.async_wait(kTuple);
  }
  shared_->rate.take(peer_, bytes, steady_now());
}

template <class Stream>
asio::awaitable<std::optional<HttpResponse>> Connection<Stream>::read_body(Parser& parser, const Route& route,
                                                                           HttpRequest& request,
                                                                           MemoryBudget::Lease& lease) {
  const uint64_t most = route.most_body == 0 ? limits().body : route.most_body;
  const std::string_view encoding = request.header("content-encoding");
  std::optional<Inflate> inflate;
  if (encoding.ends_with("gzip") || encoding == "deflate") inflate.emplace(most);
  const bool chunked = parser.chunked();  // what comes with its length was paid for before
  const uint64_t announced = chunked ? kPiece : std::min(most, parser.content_length().value_or(0));
  // Beast reads no more at once than the buffer has room for.
  buffer_.reserve(std::min<uint64_t>(kPiece, announced));
  const auto began = std::chrono::steady_clock::now();
  uint64_t received = 0;
  while (!parser.is_done()) {
    tcp_stream().expires_after(duration(limits().stall));
    const std::string_view piece = co_await next_piece(parser, kPiece);
    if (lost_) co_return std::nullopt;
    received += piece.size();
    if (chunked) co_await pay(piece.size());
    const size_t before = request.body.size();
    if (inflate) {
      const auto fed = inflate->feed(piece, request.body);
      if (!fed) {
        shared_->counters.malformed.add();
        co_return http_error(request.path, fed.error().code == ErrorCode::Limit ? 413 : 400, fed.error().message);
      }
    } else if (piece.size() > most - before) {
      shared_->counters.limited.add();
      co_return http_error(request.path, 413, fmt::format("the body is larger than {} bytes", most));
    } else {
      // Room for what is announced, as far as the sender has shown that it means it.
      if (before == 0) request.body.reserve(std::min<uint64_t>(announced, 16 * piece.size()));
      request.body += piece;
    }
    const auto room = lease.grow(request.body.size() - before);
    if (room != MemoryBudget::Answer::Yes) {
      shared_->counters.limited.add();
      co_return come_again(request, room == MemoryBudget::Answer::TooMuch ? 503 : 429,
                           "too much waits to be stored already", kSecond);
    }
    const auto took = std::chrono::steady_clock::now() - began;
    const auto allowance =
        duration(limits().stall) + std::chrono::seconds(received / std::max<uint64_t>(1, limits().slowest));
    if (took > allowance) {
      shared_->counters.limited.add();
      co_return http_error(request.path, 408, "the body comes too slowly");
    }
  }
  if (inflate && received > 0) {
    if (const auto whole = inflate->finish(); !whole) {
      shared_->counters.malformed.add();
      co_return http_error(request.path, 400, whole.error().message);
    }
  }
  co_return std::nullopt;
}

template <class Stream>
asio::awaitable<std::optional<HttpResponse>> Connection<Stream>::take_upload(Parser& parser, Upload& upload,
                                                                             bool packed) {
  std::optional<Inflate> inflate;
  if (packed) inflate.emplace(UINT64_MAX);
  std::string inflated;
  while (!parser.is_done()) {
    // An upload may be silent for hours; one that is can be taken up again if its connection has to make room.
    tcp_stream().expires_never();
    may_be_closed();
    std::string_view piece = co_await next_piece(parser, packed ? kPackedPiece : kPiece);
    place_.busy();
    if (lost_) co_return std::nullopt;
    if (piece.empty()) break;
    if (inflate) {
      inflated.clear();
      if (const auto fed = inflate->feed(piece, inflated); !fed) {
        shared_->counters.malformed.add();
        co_return http_error("", 400, fed.error().message);
      }
      piece = inflated;
      if (piece.empty()) continue;
    }
    co_await pay(piece.size());
    auto ask = [&](std::function<void(std::optional<HttpResponse>)> more) { upload.feed(piece, std::move(more)); };
    std::optional<HttpResponse> ended =
        co_await answer<std::optional<HttpResponse>>(stream_.get_executor(), ask, std::optional(no_answer()));
    if (ended) co_return ended;
  }
  auto ask = [&](Respond respond) { upload.finish(std::move(respond)); };
  HttpResponse response = co_await answer<HttpResponse>(stream_.get_executor(), ask, no_answer());
  co_return response;
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::send_continue() {
  lost_ = !co_await write("HTTP/1.1 100 Continue\r\n\r\n");
}

template <class Stream>
asio::awaitable<bool> Connection<Stream>::send(const HttpRequest& request, HttpResponse response, bool keep) {
  if (response.status == 204 || response.status == 304) response.body.clear();
  response.headers.emplace_back("Date", shared_->date.text());
  for (const auto& header : shared_->setup.headers) response.headers.push_back(header);
  std::string head = head_of(response, keep);
  if (request.method == "HEAD") response.body.clear();
  if (response.body.size() <= kSmallBody) {
    head += response.body;
    response.body.clear();
  }
  bool sent = co_await write(head);
  for (size_t at = 0; sent && at < response.body.size(); at += kWritePiece)
    sent = co_await write(std::string_view(response.body).substr(at, kWritePiece));
  lost_ = !sent;
  co_return sent;
}

template <class Stream>
asio::awaitable<bool> Connection<Stream>::write(std::string_view bytes) {
  tcp_stream().expires_after(duration(limits().stall));
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  auto [error, count] = co_await asio::async_write(stream_, buffer, kTuple);
  co_return !error;
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::goodbye() {
  if (lost_) co_return;
  tcp_stream().expires_after(kGoodbye);
  boost::system::error_code ignored;
  if constexpr (kTls) {
    co_await stream_.async_shutdown(kTuple);
  } else {
    tcp_stream().socket().shutdown(tcp::socket::shutdown_send, ignored);
  }
  // Closing with bytes unread resets the connection, and the client may lose the answer to it.
  if (!unread_) co_return;
  const auto trash = std::make_unique_for_overwrite<char[]>(kPiece);
  for (size_t discarded = 0; discarded < kMostDiscarded;) {
    auto [error, count] = co_await tcp_stream().async_read_some(asio::buffer(trash.get(), kPiece), kTuple);
    if (error) break;
    discarded += count;
  }
}

}  // namespace

asio::awaitable<void> serve_connection(std::shared_ptr<HttpShared> shared, tcp::socket socket, IpAddress peer,
                                       std::shared_ptr<asio::ssl::context> tls) {
  beast::tcp_stream stream(std::move(socket));
  if (tls == nullptr) {
    Connection<beast::tcp_stream> connection(std::move(shared), std::move(stream), peer);
    co_await connection.run();
  } else {
    Connection<beast::ssl_stream<beast::tcp_stream>> connection(
        std::move(shared), beast::ssl_stream<beast::tcp_stream>(std::move(stream), *tls), peer);
    co_await connection.run();
  }
}

}  // namespace inquest::record
