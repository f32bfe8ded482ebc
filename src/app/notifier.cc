#include "app/notifier.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/fed_program.h"
#include "base/text.h"
#include "evidence/remote/http.h"
#include "report/words.h"

namespace inquest::app {
namespace {

using Json = nlohmann::ordered_json;
using record::Notice;

constexpr Ns kLongestTry = 30 * kSecond;
constexpr evidence::HttpLimits kHttp = {.bytes = 1 << 20, .connect_s = 10, .stalled_s = 20};
constexpr size_t kMostReasons = 6;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Slack's markup begins with these three alone.
std::string slack_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

// A header's value: ASCII without line ends, whatever a host is called.
std::string header_value(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) out += c >= ' ' && c < '\x7f' ? c : '?';
  return ellipsis(out, 200);
}

std::string mail(const NoticeChannel& channel, const Notice& notice) {
  std::string out;
  if (!channel.sender.empty()) out += fmt::format("From: {}\n", header_value(channel.sender));
  out += fmt::format("To: {}\nSubject: [inquest] {}\n", header_value(channel.target),
                     header_value(notice_headline(notice)));
  out +=
      "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
      "Auto-Submitted: auto-generated\n\n";
  return out + notice_text(notice);
}

Result<void> post(const std::string& url, std::vector<std::string> headers, std::string body) {
  const auto answer = evidence::http_text({url, std::move(headers), {}, {}, std::move(body)}, kHttp);
  if (!answer) return fail(answer.error());
  return {};
}

std::vector<std::string> words_of(std::string_view command) {
  std::vector<std::string> out;
  for (const std::string_view word : split_blanks(command)) out.emplace_back(word);
  return out;
}

}  // namespace

std::string notice_json(const Notice& notice) {
  Json out;
  out["schema"] = 1;
  out["change"] = notice.change;
  Json incident = Json::parse(record::to_json(notice.incident), nullptr, false);
  // The whole inquiry may be megabytes; it is had from the recorder by the incident's number.
  if (incident.is_object()) incident.erase("examination");
  out["incident"] = std::move(incident);
  out["findings"] = notice.findings;
  return dumped(out) + "\n";
}

std::string notice_headline(const Notice& notice) {
  const record::Incident& incident = notice.incident;
  const std::string what = notice.change == "closed" ? "over: " : notice.change == "died" ? "now dead: " : "";
  const bool named = incident.host.empty() || incident.title.find(incident.host) != std::string::npos;
  return printable(what + (named ? incident.title : incident.host + ": " + incident.title));
}

std::string notice_text(const Notice& notice) {
  const record::Incident& incident = notice.incident;
  std::string out = fmt::format("{}\n\nIncident {}, {} ({})\n", notice_headline(notice), incident.id,
                                printable(incident.incident_class), to_string(incident.kind));
  if (incident.death.after && incident.death.before) {
    out += fmt::format("Died: {}\n", report::window_text(incident.death));
  }
  if (incident.reset.before) out += fmt::format("Started again by {}\n", format_utc(*incident.reset.before));
  out += '\n';
  for (size_t i = 0; i < incident.reasons.size() && i < kMostReasons; ++i) {
    out += fmt::format("- {}\n", printable(incident.reasons[i]));
  }
  if (!notice.findings.empty()) {
    out += "\nWhat the examination found:\n";
    for (const std::string& finding : notice.findings) out += fmt::format("- {}\n", printable(finding));
  }
  return out + fmt::format("\ninquest incidents {}\n", incident.id);
}

Result<void> deliver(const NoticeChannel& channel, const Notice& notice) {
  using Kind = NoticeChannel::Kind;
  switch (channel.kind) {
    case Kind::Command: return feed_program(words_of(channel.target), notice_json(notice), kLongestTry);
    case Kind::Mail: return feed_program({channel.sendmail, "-t", "-i"}, mail(channel, notice), kLongestTry);
    case Kind::Webhook: return post(channel.target, {"Content-Type: application/json"}, notice_json(notice));
    case Kind::Ntfy:
      return post(channel.target,
                  {"Title: " + header_value(notice_headline(notice)),
                   notice.change == "closed" ? "Priority: default" : "Priority: high", "Content-Type: text/plain"},
                  notice_text(notice));
    case Kind::Slack:
      return post(channel.target, {"Content-Type: application/json"},
                  dumped(Json{{"text", slack_escaped(notice_text(notice))}}));
  }
  return {};
}

struct Notifier::Worker {
  NoticeChannel channel;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Notice> waiting;
  bool stop = false;
  std::thread thread;
};

Notifier::Notifier(std::vector<NoticeChannel> channels, Patience patience, std::function<void(std::string_view)> log)
    : patience_(patience), log_(std::move(log)) {
  for (NoticeChannel& channel : channels) {
    auto worker = std::make_unique<Worker>();
    worker->channel = std::move(channel);
    Worker& made = *workers_.emplace_back(std::move(worker));
    made.thread = std::thread([this, &made] { work(made); });
  }
}

Notifier::~Notifier() {
  for (const auto& worker : workers_) {
    const std::scoped_lock lock(worker->mutex);
    worker->stop = true;
    worker->wake.notify_all();
  }
  for (const auto& worker : workers_) worker->thread.join();
}

void Notifier::tell(const Notice& notice) {
  Notice slim = notice;
  slim.incident.examination.clear();
  for (const auto& worker : workers_) {
    const std::scoped_lock lock(worker->mutex);
    if (worker->waiting.size() >= kMostWaiting) worker->waiting.pop_front();
    worker->waiting.push_back(slim);
    worker->wake.notify_all();
  }
}

void Notifier::work(Worker& worker) {
  std::unique_lock lock(worker.mutex);
  while (true) {
    worker.wake.wait(lock, [&] { return worker.stop || !worker.waiting.empty(); });
    if (worker.stop) return;
    const Notice notice = std::move(worker.waiting.front());
    worker.waiting.pop_front();
    Ns pause = patience_.first;
    for (int i = 1;; ++i) {
      lock.unlock();
      const auto done = deliver(worker.channel, notice);
      lock.lock();
      if (done) break;
      if (i >= patience_.tries) {
        log_(fmt::format("nobody was told by {} of incident {}: {}", printable(worker.channel.target),
                         notice.incident.id, printable(done.error().text())));
        break;
      }
      // Said at once, since the last try may be an hour away, and somebody may look why it is so quiet.
      if (i == 1) {
        log_(fmt::format("nobody could be told by {} of incident {}, it is tried again: {}",
                         printable(worker.channel.target), notice.incident.id, printable(done.error().text())));
      }
      worker.wake.wait_for(lock, std::chrono::nanoseconds(pause), [&] { return worker.stop; });
      if (worker.stop) return;
      pause = std::min(2 * pause, patience_.longest);
    }
  }
}

}  // namespace inquest::app
