#include "evidence/remote/http.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "evidence/remote/curl_library.h"

namespace inquest::evidence {
namespace {

constexpr size_t kEnoughAhead = 4 << 20;  // read before anybody asked: then the sender has to wait
constexpr uint64_t kShortAnswer = 4 << 20;
constexpr uint64_t kErrorAnswer = 64 << 10;

// What the server says of an error: InfluxDB 1 {"error":...}, 2 {"code":...,"message":...}, Prometheus
// {"status":"error","error":...}; else its text.
std::string server_words(const std::string& body) {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_object()) {
    for (const char* key : {"error", "message"}) {
      if (parsed.contains(key) && parsed[key].is_string())
        return ellipsis(printable(parsed[key].get<std::string>()), 200);
    }
  }
  return ellipsis(printable(trim(body)), 200);
}

class HttpBytes : public Bytes {
 public:
  HttpBytes(const CurlLibrary& curl, const HttpRequest& request, const HttpLimits& limits)
      : curl_(curl), limit_(limits.bytes), body_(request.body) {
    easy_ = curl_.easy_init();
    multi_ = curl_.multi_init();
    if (easy_ == nullptr || multi_ == nullptr) return;
    for (const std::string& header : request.headers) headers_ = curl_.slist_append(headers_, header.c_str());
    curl_.easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
    curl_.easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_.easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_.easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_.easy_setopt(easy_, CURLOPT_USERAGENT, "inquest");
    curl_.easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "");
    curl_.easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    curl_.easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT, limits.connect_s);
    curl_.easy_setopt(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_.easy_setopt(easy_, CURLOPT_LOW_SPEED_TIME, limits.stalled_s);
    curl_.easy_setopt(easy_, CURLOPT_ERRORBUFFER, why_);
    if (!request.user.empty()) {
      curl_.easy_setopt(easy_, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
      curl_.easy_setopt(easy_, CURLOPT_USERNAME, request.user.c_str());
      curl_.easy_setopt(easy_, CURLOPT_PASSWORD, request.password.c_str());
    }
    if (!body_.empty()) {
      curl_.easy_setopt(easy_, CURLOPT_POSTFIELDS, body_.c_str());
      curl_.easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    }
    curl_.easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &HttpBytes::take);
    curl_.easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_.multi_add_handle(multi_, easy_);
  }
  ~HttpBytes() override {
    if (multi_ != nullptr && easy_ != nullptr) curl_.multi_remove_handle(multi_, easy_);
    if (easy_ != nullptr) curl_.easy_cleanup(easy_);
    if (multi_ != nullptr) curl_.multi_cleanup(multi_);
    curl_.slist_free_all(headers_);
  }
  HttpBytes(const HttpBytes&) = delete;
  HttpBytes& operator=(const HttpBytes&) = delete;

  // Up to the first byte of the body, or its end.
  Result<void> start() {
    if (easy_ == nullptr || multi_ == nullptr) return fail(ErrorCode::Failed, "no HTTP client could be made");
    if (auto moved = wait_for_bytes(); !moved) return moved;
    long status = 0;
    curl_.easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) return {};
    limit_ = std::min(limit_, kErrorAnswer);
    std::string body;
    char buffer[4096];
    for (;;) {
      const auto got = read(buffer);
      if (!got || *got == 0) break;
      body.append(buffer, *got);
    }
    const ErrorCode code = status == 401 || status == 403 ? ErrorCode::Denied
                           : status == 404                ? ErrorCode::NotFound
                                                          : ErrorCode::Failed;
    if (status >= 300 && status < 400) {
      const char* to = nullptr;
      curl_.easy_getinfo(easy_, CURLINFO_REDIRECT_URL, &to);
      return fail(code, fmt::format("the server sends elsewhere (status {}), to {}: give that address", status,
                                    to != nullptr ? printable(to) : "nowhere"));
    }
    const std::string words = server_words(body);
    return fail(code, fmt::format("the server answers with status {}{}{}", status, words.empty() ? "" : ": ", words));
  }

  Result<size_t> read(std::span<char> out) override {
    if (auto moved = wait_for_bytes(); !moved) return fail(moved.error());
    const size_t count = std::min(out.size(), buffer_.size() - at_);
    std::memcpy(out.data(), buffer_.data() + at_, count);
    at_ += count;
    if (at_ == buffer_.size()) {
      buffer_.clear();
      at_ = 0;
    }
    return count;
  }

 private:
  static size_t take(char* bytes, size_t, size_t count, void* self) {
    auto& us = *static_cast<HttpBytes*>(self);
    if (us.buffer_.size() - us.at_ >= kEnoughAhead) {
      us.paused_ = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    if (us.total_ + count > us.limit_) {
      us.over_ = true;
      return 0;  // ends the transfer
    }
    us.total_ += count;
    us.buffer_.append(bytes, count);
    return count;
  }

  // Until there is something to give, or all is over.
  Result<void> wait_for_bytes() {
    while (at_ == buffer_.size() && !ended_) {
      if (paused_) {
        paused_ = false;
        curl_.easy_pause(easy_, CURLPAUSE_CONT);
      }
      int running = 0;
      if (curl_.multi_perform(multi_, &running) != CURLM_OK) return fail(ErrorCode::Io, "the HTTP client failed");
      if (running == 0) {
        ended_ = true;
        int left = 0;
        while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
          if (message->msg == CURLMSG_DONE) result_ = message->data.result;
        }
      } else if (at_ == buffer_.size() && curl_.multi_poll(multi_, nullptr, 0, 1000, nullptr) != CURLM_OK) {
        return fail(ErrorCode::Io, "the HTTP client failed");
      }
    }
    if (at_ < buffer_.size() || result_ == CURLE_OK) return {};
    if (over_)
      return fail(ErrorCode::Limit,
                  fmt::format("the answer is longer than {} bytes, which is the limit", grouped(limit_)));
    return fail(ErrorCode::Io, why_[0] != '\0' ? printable(why_) : curl_.easy_strerror(result_));
  }

  const CurlLibrary& curl_;
  CURL* easy_ = nullptr;
  CURLM* multi_ = nullptr;
  curl_slist* headers_ = nullptr;
  uint64_t limit_;
  std::string body_;  // of the request, which curl does not copy
  std::string buffer_;
  size_t at_ = 0;
  uint64_t total_ = 0;
  bool paused_ = false;
  bool over_ = false;
  bool ended_ = false;
  CURLcode result_ = CURLE_OK;
  char why_[CURL_ERROR_SIZE] = {};
};

}  // namespace

Result<std::unique_ptr<Bytes>> http_open(const HttpRequest& request, const HttpLimits& limits) {
  const auto& curl = CurlLibrary::get();
  if (!curl) return fail(curl.error());
  auto bytes = std::make_unique<HttpBytes>(*curl, request, limits);
  if (auto started = bytes->start(); !started) return fail(started.error());
  return bytes;
}

Result<std::string> http_text(const HttpRequest& request, HttpLimits limits) {
  limits.bytes = std::min(limits.bytes, kShortAnswer);
  const auto bytes = http_open(request, limits);
  if (!bytes) return fail(bytes.error());
  std::string out;
  std::vector<char> buffer(64 << 10);
  for (;;) {
    const auto got = (*bytes)->read(buffer);
    if (!got) return fail(got.error());
    if (*got == 0) return out;
    out.append(buffer.data(), *got);
  }
}

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace inquest::evidence
