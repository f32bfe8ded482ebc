#include "app/recorder_view.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/incident_examiner.h"
#include "app/recorder_answers.h"
#include "app/store_folder.h"
#include "base/clock.h"
#include "evidence/remote/http.h"

namespace inquest::app {
namespace {

using evidence::url_encode;

class RunningRecorder : public RecorderView {
 public:
  RunningRecorder(std::string url, std::string token) : url_(std::move(url)) {
    while (url_.ends_with('/')) url_.pop_back();
    if (!token.empty()) headers_.push_back("Authorization: Token " + token);
  }

  Result<std::string> hosts() override { return ask("hosts"); }
  Result<std::string> incidents() override { return ask("incidents"); }
  Result<std::string> incident(uint64_t id) override { return ask(fmt::format("incidents/{}", id)); }
  Result<std::string> events(std::string_view host, uint64_t after, uint64_t limit) override {
    return ask(fmt::format("events?host={}&after={}&limit={}", url_encode(host), after, limit));
  }
  Result<std::string> evidence(std::string_view host, Ns at) override {
    return ask(fmt::format("evidence?host={}&at={}", url_encode(host), format_utc({at, Precision::Nano})));
  }
  Result<std::string> maintenance(std::string_view host, Ns length) override {
    // Something in the body makes it a POST.
    return ask(fmt::format("maintenance?host={}&for_s={}", url_encode(host), length / kSecond), "{}");
  }

 private:
  Result<std::string> ask(std::string_view what, std::string body = {}) const {
    auto headers = headers_;
    if (!body.empty()) headers.emplace_back("Content-Type: application/json");
    auto answer = evidence::http_open(
        {fmt::format("{}/api/inquest/v1/{}", url_, what), std::move(headers), {}, {}, std::move(body)}, {});
    if (!answer) return fail(answer.error());
    std::string out;
    std::vector<char> piece(1 << 16);
    while (true) {
      const auto got = (*answer)->read(piece);
      if (!got) return fail(got.error());
      if (*got == 0) return out;
      out.append(piece.data(), *got);
    }
  }

  std::string url_;
  std::vector<std::string> headers_;
};

class StoredRecorder : public RecorderView {
 public:
  StoredRecorder(std::unique_ptr<store::Store> store, std::function<Ns()> utc)
      : store_(std::move(store)), utc_(std::move(utc)) {}

  Result<std::string> hosts() override {
    const auto rows = remembered_rows(*store_, utc_());
    if (!rows) return fail(rows.error());
    return hosts_json(*rows);
  }
  Result<std::string> incidents() override { return incidents_json(*store_); }
  Result<std::string> incident(uint64_t id) override { return incident_json(*store_, id); }
  Result<std::string> events(std::string_view host, uint64_t after, uint64_t limit) override {
    const auto rows = remembered_rows(*store_, utc_());
    if (!rows) return fail(rows.error());
    return events_json(*store_, last_events(host, after, limit), addresses_of(*rows, host));
  }
  Result<std::string> evidence(std::string_view host, Ns at) override {
    const auto rows = remembered_rows(*store_, utc_());
    if (!rows) return fail(rows.error());
    const auto pieces = stored_evidence(*store_, std::string(host), addresses_of(*rows, host), at);
    if (!pieces) return fail(pieces.error());
    return evidence_json(*pieces);
  }
  Result<std::string> maintenance(std::string_view, Ns) override {
    return fail(ErrorCode::Unsupported, "maintenance is announced to a running recorder: name its URL with --recorder");
  }

 private:
  std::unique_ptr<store::Store> store_;
  std::function<Ns()> utc_;
};

}  // namespace

Result<std::unique_ptr<RecorderView>> open_recorder(const std::string& where) {
  if (where.starts_with("http://") || where.starts_with("https://")) {
    const char* token = std::getenv("INQUEST_TOKEN");
    return std::make_unique<RunningRecorder>(where, token != nullptr ? token : "");
  }
  if (where.find("://") != std::string::npos) {
    return fail(ErrorCode::Unsupported, fmt::format("{}: name a folder, or a URL with http:// or https://", where));
  }
  auto store = open_store_folder(where);
  if (!store) return fail(store.error());
  return view_of(std::move(*store), utc_now);
}

std::unique_ptr<RecorderView> view_of(std::unique_ptr<store::Store> store, std::function<Ns()> utc) {
  return std::make_unique<StoredRecorder>(std::move(store), std::move(utc));
}

void add_recorder_option(CLI::App& options, std::string& where) {
  where = kDefaultRecorder;
  options
      .add_option("--recorder", where,
                  fmt::format("the recorder to ask: its URL ({} if this is not given; the token is taken from "
                              "$INQUEST_TOKEN), or the folder that it writes to",
                              kDefaultRecorder))
      ->type_name("URL|DIR");
}

}  // namespace inquest::app
