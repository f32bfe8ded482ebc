#include "app/telemetry.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace inquest::app {
namespace {

using evidence::RemoteQuery;
using evidence::RemoteSource;
using evidence::RemoteWindow;

constexpr Ns kScout = 30 * kDay;    // looked back for a death of which nothing else tells
constexpr Ns kAround = 8 * kDay;    // of uptimes, about a death of which something does
constexpr Ns kBefore = 25 * kHour;  // the baselines' day, and an hour
constexpr Ns kAfter = 30 * kMinute;
constexpr size_t kMostHosts = 20;  // asked about where none is named
constexpr size_t kMostDeaths = 3;

struct Span {
  Ns from;
  Ns to;
};

// The latest deaths, as far as they have a time, from a day before each to its end.
std::vector<Span> deaths(const model::Inquiry& inquiry) {
  std::vector<Span> out;
  for (const model::Incident& incident : inquiry.incidents) {
    const auto& after = incident.death.after ? incident.death.after : incident.death.before;
    const auto& before = incident.reset.before   ? incident.reset.before
                         : incident.death.before ? incident.death.before
                                                 : incident.death.after;
    if (after && before) out.push_back({after->ns - kBefore, std::max(before->ns, after->ns) + kAfter});
  }
  std::ranges::sort(out, {}, &Span::to);
  if (out.size() > kMostDeaths) out.erase(out.begin(), out.end() - kMostDeaths);
  // A host that dies every hour needs no figure twice.
  std::vector<Span> merged;
  for (const Span& span : out) {
    if (!merged.empty() && span.from <= merged.back().to) {
      merged.back().from = std::min(merged.back().from, span.from);
      merged.back().to = span.to;
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

// The host that an inquiry turned out to be about.
std::string subject(const model::Inquiry& inquiry) {
  for (const model::Incident& incident : inquiry.incidents) {
    if (!incident.host.empty()) return incident.host;
  }
  return inquiry.hosts.size() == 1 ? inquiry.hosts.front().name : std::string();
}

class Collection {
 public:
  Collection(const reason::Options& reasoning, const decode::IntakeOptions& intake,
             const std::function<void(std::string_view)>& phase, model::Case& into)
      : reasoning_(reasoning), intake_(intake), phase_(phase), case_(into) {}

  void run(std::span<const std::unique_ptr<RemoteSource>> sources) {
    // What the other evidence tells says which host, and when.
    const model::Inquiry known = reason::investigate(case_, reasoning_);
    const std::string host = reasoning_.host.empty() ? subject(known) : reasoning_.host;
    const Span span = scouted(known);
    std::vector<std::vector<std::string>> hosts;
    for (const auto& source : sources) {
      phase_(fmt::format("asking {}", source->shown()));
      hosts.push_back(choose(*source, host));
      ask(boot_queries(*source, hosts.back(), span));
    }
    phase_("reasoning");
    const std::vector<Span> windows = deaths(reason::investigate(case_, reasoning_));
    for (size_t i = 0; i < sources.size(); ++i) {
      for (const Span& window : windows) {
        for (const std::string& name : hosts[i]) figures(*sources[i], {name, window.from, window.to});
      }
    }
  }

 private:
  Span scouted(const model::Inquiry& known) const {
    const Ns now = reasoning_.now->ns;
    if (reasoning_.at) return {reasoning_.at->ns - kAround, std::min(reasoning_.at->ns + kAround, now)};
    const std::vector<Span> found = deaths(known);
    if (!found.empty()) return {found.front().from - kAround, std::min(found.back().to + kAround, now)};
    return {now - kScout, now};
  }

  void refuse(const RemoteSource& source, const Error& error) {
    decode::take_in([&](evidence::Visitor& visitor) { visitor.refused(source.shown(), error, false); }, intake_, case_);
  }

  // The hosts to ask about, as the database calls them.
  std::vector<std::string> choose(RemoteSource& source, const std::string& wanted) {
    const auto names = source.hosts();
    if (!names) {
      refuse(source, names.error());
      return {};
    }
    const auto listed = [&] {
      std::string out;
      for (size_t i = 0; i < names->size() && i < kMostHosts; ++i) out += (i > 0 ? ", " : "") + printable((*names)[i]);
      return names->size() > kMostHosts ? out + ", ..." : out;
    };
    if (names->empty()) {
      refuse(source, {ErrorCode::NotFound, "it has no figures that name a host", {}, 0, 0});
      return {};
    }
    if (!wanted.empty()) {
      std::string name = evidence::find_host(*names, wanted);
      if (!name.empty()) return {std::move(name)};
      refuse(source, {ErrorCode::NotFound,
                      fmt::format("it has no figures of {}, or of several by that name: choose with --host out of {}",
                                  printable(wanted), listed()),
                      {},
                      0,
                      0});
      return {};
    }
    if (names->size() <= kMostHosts) return *names;
    refuse(source,
           {ErrorCode::Limit,
            fmt::format("it has figures of {}: choose with --host out of {}", counted(names->size(), "host"), listed()),
            {},
            0,
            0});
    return {};
  }

  static std::vector<RemoteQuery> boot_queries(RemoteSource& source, std::span<const std::string> hosts, Span span) {
    std::vector<RemoteQuery> out;
    for (const std::string& host : hosts) {
      std::ranges::move(source.boots({host, span.from, span.to}), std::back_inserter(out));
    }
    return out;
  }

  void figures(RemoteSource& source, const RemoteWindow& window) {
    phase_(fmt::format("asking {}", source.shown()));
    const auto queries = source.figures(window);
    if (!queries) return refuse(source, queries.error());
    ask(*queries);
  }

  void ask(std::span<const RemoteQuery> queries) {
    decode::take_in([&](evidence::Visitor& visitor) { evidence::fetch(queries, intake_.limits, visitor); }, intake_,
                    case_);
  }

  const reason::Options& reasoning_;
  const decode::IntakeOptions& intake_;
  const std::function<void(std::string_view)>& phase_;
  model::Case& case_;
};

}  // namespace

Result<Telemetry> Telemetry::at(std::span<const std::string> addresses) {
  Telemetry out;
  for (const std::string& address : addresses) {
    auto url = evidence::parse_remote_url(address);
    // The address may hold a password: it is not repeated.
    if (!url) return fail(url.error());
    out.sources_.push_back(RemoteSource::of(std::move(*url)));
  }
  return out;
}

void Telemetry::take_in(const reason::Options& reasoning, const decode::IntakeOptions& intake,
                        const std::function<void(std::string_view)>& phase, model::Case& into) const {
  if (empty()) return;
  Collection(reasoning, intake, phase, into).run(sources_);
}

}  // namespace inquest::app
