// Tells people of incidents: a command, a webhook, mail, ntfy, Slack and what understands its webhooks.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/incident_book.h"

namespace inquest::app {

// One way to tell somebody.
struct NoticeChannel {
  enum class Kind : uint8_t {
    Command,  // `target` with JSON on its standard input; words are separated by blanks, and no shell sees them
    Webhook,  // JSON to a URL
    Mail,     // to an address, by `sendmail`
    Ntfy,     // text to a topic's URL
    Slack,    // {"text": ...} to a URL, as Slack, Mattermost, Rocket.Chat and Discord (/slack) take it
  };
  Kind kind{};
  std::string target;
  std::string sendmail = "/usr/sbin/sendmail";  // of Mail
  std::string sender;                           // of Mail; empty: sendmail's own default
};

// {"schema": 1, "change": "opened", "incident": {...}, "findings": [...]}: docs/recorder-api.md.
std::string notice_json(const record::Notice& notice);
// For people: a line that says what happened, and a few more. Safe to show, without markup.
std::string notice_headline(const record::Notice& notice);
std::string notice_text(const record::Notice& notice);

// Tries once; blocks for as long as it takes, half a minute at most.
Result<void> deliver(const NoticeChannel& channel, const record::Notice& notice);

// Each channel has a thread and a queue of its own, so that one that hangs holds up neither the others nor whoever
// calls. What fails is tried again, after twice the pause each time.
class Notifier {
 public:
  struct Patience {
    Ns first = kSecond;
    Ns longest = 5 * kMinute;
    int tries = 20;  // within an hour
  };
  static constexpr size_t kMostWaiting = 1000;  // of a channel; beyond it the oldest is given up

  // `log` is told, a line each, of the first and of the last try that failed; from any thread.
  Notifier(std::vector<NoticeChannel> channels, Patience patience, std::function<void(std::string_view)> log);
  // Gives up what waits.
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  // Returns at once.
  void tell(const record::Notice& notice);

 private:
  struct Worker;
  void work(Worker& worker);

  const Patience patience_;
  const std::function<void(std::string_view)> log_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace inquest::app
