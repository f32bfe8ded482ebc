#include "evidence/remote/url.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/remote/curl_library.h"

namespace inquest::evidence {
namespace {

constexpr std::string_view kTls = "+https";

struct Scheme {
  std::string_view name;
  RemoteKind kind;
  std::string_view port;
  std::string_view form;
};

constexpr std::array kSchemes = {
    Scheme{"influx", RemoteKind::Influx1, "8086", "influx://[USER:PASSWORD@]HOST[:PORT]/DATABASE"},
    Scheme{"influx2", RemoteKind::Influx2, "8086", "influx2://[TOKEN@]HOST[:PORT]/ORG/BUCKET"},
    Scheme{"prometheus", RemoteKind::Prometheus, "9090", "prometheus://[USER:PASSWORD@]HOST[:PORT][/PREFIX]"},
};

const Scheme* scheme_of(std::string_view text, bool* tls = nullptr) {
  const size_t end = text.find("://");
  if (end == std::string_view::npos) return nullptr;
  std::string_view name = text.substr(0, end);
  const bool secure = name.ends_with(kTls);
  if (secure) name.remove_suffix(kTls.size());
  if (tls != nullptr) *tls = secure;
  for (const Scheme& scheme : kSchemes) {
    if (scheme.name == name) return &scheme;
  }
  return nullptr;
}

class Url {
 public:
  Url(const CurlLibrary& curl, const std::string& text) : curl_(curl), url_(curl.url(), curl.url_cleanup) {
    read_ = url_ && curl_.url_set(url_.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }

  // It is one.
  bool read() const { return read_; }

  // A part of it, its %XX decoded; empty where there is none.
  std::string part(CURLUPart what, unsigned flags = CURLU_URLDECODE) const {
    char* text = nullptr;
    if (curl_.url_get(url_.get(), what, &text, flags) != CURLUE_OK || text == nullptr) return {};
    const std::unique_ptr<char, decltype(curl_.free)> owned(text, curl_.free);
    return owned.get();
  }

 private:
  const CurlLibrary& curl_;
  std::unique_ptr<CURLU, decltype(CurlLibrary::url_cleanup)> url_;
  bool read_ = false;
};

std::vector<std::string> path_words(const std::string& path) {
  std::vector<std::string> out;
  for (const std::string_view word : split(path, '/')) {
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

}  // namespace

bool is_remote_url(std::string_view text) { return scheme_of(text) != nullptr; }

Result<RemoteUrl> parse_remote_url(const std::string& text) {
  bool tls = false;
  const Scheme* scheme = scheme_of(text, &tls);
  if (scheme == nullptr) {
    return fail(ErrorCode::Malformed,
                "not the address of a telemetry database: it begins with influx://, influx2:// or prometheus://");
  }
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::Malformed, fmt::format("{}: it is written {}", what, scheme->form));
  };
  const auto& curl = CurlLibrary::get();
  if (!curl) return fail(curl.error());
  const Url url(*curl, text);
  if (!url.read()) return wrong("the address cannot be read");
  // The host keeps its %XX, since only names and addresses are sound there.
  const std::string host = url.part(CURLUPART_HOST, 0);
  if (host.empty()) return wrong("the address names no host");
  if (!url.part(CURLUPART_QUERY).empty() || !url.part(CURLUPART_FRAGMENT).empty())
    return wrong("\"?\" and \"#\" have no meaning in it");
  std::string port = url.part(CURLUPART_PORT);
  if (port.empty()) port = scheme->port;

  RemoteUrl out;
  out.kind = scheme->kind;
  out.base = fmt::format("{}://{}:{}", tls ? "https" : "http", host, port);
  out.shown = fmt::format("{}{}://{}:{}", scheme->name, tls ? kTls : "", host, port);
  const std::string path = url.part(CURLUPART_PATH, 0);
  std::vector<std::string> words = path_words(url.part(CURLUPART_PATH));
  switch (out.kind) {
    case RemoteKind::Influx1:
      if (words.empty() || words.size() > 2) return wrong("the address names no database");
      out.user = url.part(CURLUPART_USER);
      out.password = url.part(CURLUPART_PASSWORD);
      out.database = words[0];
      if (words.size() > 1) out.retention = words[1];
      out.shown += '/' + out.database;
      break;
    case RemoteKind::Influx2:
      if (words.size() != 2) return wrong("the address names no organisation and bucket");
      if (!url.part(CURLUPART_PASSWORD).empty()) return wrong("a token is written alone, not as user and password");
      out.token = url.part(CURLUPART_USER);
      out.org = words[0];
      out.database = words[1];
      out.shown += '/' + out.org + '/' + out.database;
      break;
    case RemoteKind::Prometheus:
      out.user = url.part(CURLUPART_USER);
      out.password = url.part(CURLUPART_PASSWORD);
      if (path.size() > 1) {
        const std::string prefix = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
        out.base += prefix;
        out.shown += prefix;
      }
      break;
  }
  return out;
}

}  // namespace inquest::evidence
