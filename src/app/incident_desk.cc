#include "app/incident_desk.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/incident_examiner.h"
#include "app/recorder_answers.h"
#include "base/clock.h"
#include "base/text.h"

namespace inquest::app {
namespace {

using record::HttpRequest;
using record::HttpResponse;
using record::Respond;

constexpr Ns kLook = 250 * kMilli;
constexpr size_t kMostJobs = 64;  // questions that wait; more are refused
constexpr Ns kLongestMaintenance = 365 * kDay;

HttpResponse answered(const HttpRequest& request, const Result<std::string>& json) {
  if (json) return {.status = 200, .body = *json};
  const unsigned status = json.error().code == ErrorCode::NotFound ? 404 : 500;
  return record::http_error(request.path, status, json.error().message);
}

}  // namespace

Result<std::unique_ptr<IncidentDesk>> IncidentDesk::open(Setup setup) {
  auto watch = record::HostWatch::open(*setup.store, {steady_now, setup.utc});
  if (!watch) return fail(watch.error());
  return std::unique_ptr<IncidentDesk>(new IncidentDesk(std::move(setup), std::move(*watch)));
}

IncidentDesk::IncidentDesk(Setup setup, std::unique_ptr<record::HostWatch> watch)
    : setup_(std::move(setup)), watch_(std::move(watch)), notifier_(setup_.channels, {}, setup_.log) {
  threads_.emplace_back([this] { look_after(); });
  threads_.emplace_back([this] { examine(); });
  threads_.emplace_back([this] { answer(); });
}

IncidentDesk::~IncidentDesk() {
  stop();
  watch_->remember();
}

void IncidentDesk::stop() {
  std::deque<std::function<void()>> dropped;
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
    dropped.swap(jobs_);
  }
  wake_.notify_all();
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

bool IncidentDesk::pause(Ns length) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::nanoseconds(length), [&] { return stop_; });
}

void IncidentDesk::look_after() {
  std::string complained;
  while (pause(kLook)) {
    // The same trouble, such as a full disk, is logged once, and again when it changes.
    const auto done = watch_->work();
    const std::string trouble = done ? std::string() : done.error().text();
    if (trouble != complained && !trouble.empty()) setup_.log("incidents: " + printable(trouble));
    complained = trouble;
    for (const record::Notice& notice : watch_->take_notices()) {
      setup_.log(fmt::format("incident {}: {}", notice.incident.id, notice_headline(notice)));
      notifier_.tell(notice);
    }
    std::vector<record::Incident> due = watch_->take_due();
    if (due.empty()) continue;
    const std::scoped_lock lock(mutex_);
    std::ranges::move(due, std::back_inserter(due_));
    wake_.notify_all();
  }
}

void IncidentDesk::examine() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || !due_.empty(); });
    if (stop_) return;
    const record::Incident incident = std::move(due_.front());
    due_.pop_front();
    lock.unlock();
    examine_one(incident);
    lock.lock();
  }
}

void IncidentDesk::examine_one(const record::Incident& incident) {
  const auto pieces = stored_evidence(*setup_.store, incident.host, incident.addresses, moment_of(incident));
  if (!pieces) {
    setup_.log(fmt::format("incident {} was not examined: {}", incident.id, printable(pieces.error().text())));
    return watch_->examined(incident.id, {});
  }
  watch_->examined(incident.id, examine_incident(*pieces, incident, setup_.utc()));
}

void IncidentDesk::later(std::function<void()> job) {
  {
    const std::scoped_lock lock(mutex_);
    // One that is dropped answers 500 by itself.
    if (stop_ || jobs_.size() >= kMostJobs) return;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_all();
}

void IncidentDesk::answer() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || !jobs_.empty(); });
    if (stop_) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

void IncidentDesk::add_routes(record::Routes& routes) {
  const auto add = [&](std::string method, std::string path,
                       std::function<HttpResponse(const HttpRequest&)> answer_to) {
    routes.add(std::move(method), "/api/inquest/v1/" + path,
               [this, answer_to = std::move(answer_to)](HttpRequest request, Respond respond) {
                 later([request = std::move(request), respond = std::move(respond), answer_to] {
                   respond(answer_to(request));
                 });
               });
  };
  const auto bad = [](const HttpRequest& request, std::string_view message) {
    return record::http_error(request.path, 400, message);
  };
  add("GET", "hosts", [this](const HttpRequest&) { return HttpResponse{.body = hosts_json(watch_->rows())}; });
  add("GET", "incidents",
      [this](const HttpRequest& request) { return answered(request, incidents_json(*setup_.store)); });
  add("GET", "incidents/", [this, bad](const HttpRequest& request) {
    const std::string_view path = request.path;
    const auto id = parse_int<uint64_t>(path.substr(path.rfind('/') + 1));
    return id ? answered(request, incident_json(*setup_.store, *id)) : bad(request, "no number of an incident");
  });
  add("GET", "events", [this](const HttpRequest& request) {
    const auto number = [&](std::string_view name) { return parse_int<uint64_t>(request.parameter(name)).value_or(0); };
    const std::string_view host = request.parameter("host");
    return answered(request, events_json(*setup_.store, last_events(host, number("after"), number("limit")),
                                         watch_->addresses(host)));
  });
  add("GET", "evidence", [this, bad](const HttpRequest& request) {
    const auto at = parse_iso_time(request.parameter("at"));
    const std::string host(request.parameter("host"));
    if (host.empty() || !at || !at->utc()) return bad(request, "host and at (RFC 3339) are needed");
    const auto pieces = stored_evidence(*setup_.store, host, watch_->addresses(host), *at->utc());
    if (!pieces) return answered(request, fail(pieces.error()));
    return HttpResponse{.body = evidence_json(*pieces)};
  });
  add("POST", "maintenance", [this, bad](const HttpRequest& request) {
    const auto length = parse_int<int64_t>(request.parameter("for_s"));
    if (!length || *length < 0 || *length > kLongestMaintenance / kSecond) {
      return bad(request, "for_s, in seconds, is needed; 0 ends a maintenance");
    }
    const std::string host(request.parameter("host"));
    if (!watch_->maintenance(host, *length * kSecond)) {
      return record::http_error(request.path, 404, "no host of that name was ever heard");
    }
    return HttpResponse{.body = hosts_json(watch_->rows())};
  });
}

std::vector<NoticeChannel> channels_of(const record::Section& notify) {
  using Kind = NoticeChannel::Kind;
  std::vector<NoticeChannel> out;
  const auto add = [&](Kind kind, std::string_view name) {
    for (const std::string& target : notify.texts(name)) {
      out.push_back({kind, target, notify.text("sendmail"), notify.text("mail-from")});
    }
  };
  if (const std::string& command = notify.text("command"); !command.empty()) {
    out.push_back({Kind::Command, command, {}, {}});
  }
  add(Kind::Webhook, "webhook");
  add(Kind::Ntfy, "ntfy");
  add(Kind::Slack, "slack");
  add(Kind::Mail, "mail");
  return out;
}

}  // namespace inquest::app
