#include "record/vital_signs.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace inquest::record {
namespace {

// A tick that comes so late means that this program, or its machine, stood still.
constexpr Ns kStall = 5 * kSecond;
// A shutdown may take so long, services' time-outs included; one that does not end by then is none.
constexpr Ns kLeaving = 15 * kMinute;
// A host that speaks again says within this time whether it was reset, or its log will not tell.
constexpr Ns kReturn = 90 * kSecond;
// What was sent before a panic arrives within this time after it.
constexpr Ns kLastWords = 5 * kSecond;
// Uptimes are whole seconds, taken at some other moment than their line's time.
constexpr Ns kUptimeSlack = 5 * kSecond;
// A host that is back starts its services for a while before it goes at its pace: so long, and so many beats.
constexpr Ns kProbation = 10 * kMinute;
constexpr size_t kProof = 6;
constexpr std::string_view kSeveral = "*";

constexpr std::array<std::pair<VitalState, std::string_view>, 5> kStates = {{
    {VitalState::Alive, "alive"},
    {VitalState::Suspect, "suspect"},
    {VitalState::Silent, "silent"},
    {VitalState::Dead, "dead"},
    {VitalState::Off, "off"},
}};

}  // namespace

std::string_view to_string(VitalState state) {
  for (const auto& [each, name] : kStates) {
    if (each == state) return name;
  }
  return "alive";
}

std::optional<VitalState> vital_state_of(std::string_view name) {
  for (const auto& [each, known] : kStates) {
    if (known == name) return each;
  }
  return std::nullopt;
}

VitalSigns::Host* VitalSigns::known(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto at = hosts_.find(name);
  if (at != hosts_.end()) return &at->second;
  if (hosts_.size() >= kMostHosts) return nullptr;
  return &hosts_.try_emplace(std::string(name)).first->second;
}

void VitalSigns::sign(const Sign& sign) {
  Host* found = known(sign.host);
  if (found == nullptr) return;
  Host& host = *found;
  // A guest may hang while its node says that it runs.
  if (sign.reported() && host.pulse.overrules(sign)) return;
  if (host.concealed) end_outage(std::string(*host.concealed), sign.steady, sign.received);
  if (host.peer.empty()) {
    host.peer = sign.peer;
  } else if (host.peer != sign.peer) {
    host.peer = kSeveral;
  }
  if (host.reporter != sign.reporter) host.reporter = sign.reporter;

  if (!host.returning && shows_return(host, sign)) {
    host.returning = sign.steady;
    host.back = sign.stated.value_or(sign.received);
    host.pulse.listen_from(sign.steady, sign.received);
  }
  boot_of(sign.host, host, sign);
  const Ns heard = host.pulse.last();
  if (!host.pulse.hear(sign)) return;
  if (host.probation && sign.paced && sign.steady > heard && ++host.beats >= kProof) host.probation.reset();
  if (host.state == VitalState::Suspect || host.state == VitalState::Silent) host.state = VitalState::Alive;
  if (host.state == VitalState::Off && sign.banner) host.state = VitalState::Alive;
}

void VitalSigns::forget_unpaced(std::string_view name) {
  const auto at = hosts_.find(name);
  if (at == hosts_.end() || at->second.state != VitalState::Alive || at->second.returning) return;
  if (at->second.pulse.patience().fastest == nullptr) hosts_.erase(at);
}

bool VitalSigns::shows_return(const Host& host, const Sign& sign) {
  if (host.state != VitalState::Dead && host.state != VitalState::Off) return false;
  if (sign.banner) return true;
  // A kernel that hangs, or panics, goes on about it; and what others sent just before is still on its way.
  if (sign.kernel) return false;
  return !host.crashed || sign.steady - *host.crashed > kLastWords;
}

void VitalSigns::boot_of(std::string_view name, Host& host, const Sign& sign) {
  std::optional<bool> reset;
  Interval start;
  const Ns now = sign.stated.value_or(sign.received);
  if (sign.uptime && host.uptime_reported.value_or(sign.reported()) && !sign.reported()) host.uptime = 0;
  const bool comparable = !sign.reported() || host.uptime_reported.value_or(true);
  if (sign.uptime && *sign.uptime > 0 && now > host.uptime_at && comparable) {
    host.uptime_reported = sign.reported();
    if (host.uptime > 0) {
      const Ns elapsed = now - host.uptime_at;
      const bool less = *sign.uptime + kUptimeSlack < host.uptime;
      // Longer than the one before, and yet shorter than what went by since: it was reset meanwhile. A guest that was
      // suspended goes on about where it was.
      const bool within = *sign.uptime + kUptimeSlack < elapsed && *sign.uptime > host.uptime + 2 * kMinute;
      reset = less || within;
      if (*reset)
        start = {Instant{now - *sign.uptime, Precision::Second}, Instant{now - *sign.uptime, Precision::Second}};
    }
    host.uptime = *sign.uptime;
    host.uptime_at = now;
  }
  if (!sign.boot_id.empty() && sign.boot_id != host.boot_id) {
    if (!host.boot_id.empty() && !reset) {
      reset = true;
      start.before = Instant{now, Precision::Second};
    }
    host.boot_id = sign.boot_id;
  } else if (!sign.boot_id.empty() && host.returning && !reset) {
    reset = false;
  }
  // A netconsole that is switched on repeats the log of its boot: of a host that lives, a banner says nothing.
  if (sign.banner && !reset && host.returning) {
    reset = true;
    start.before = Instant{now, Precision::Second};
  }
  if (!reset) return;
  if (host.returning) return returned(name, host, !*reset, start, sign.received);
  if (!*reset) return;
  if (host.leaving) {  // as it was asked to
    host.leaving.reset();
    return;
  }
  if (host.maintained && sign.steady < *host.maintained) return;
  // It was away for less time than would have been noticed.
  VitalChange change{VitalChange::Kind::Dead, std::string(name), sign.received, host.pulse.window(), start, {}, {}, {}};
  if (start.before && (!change.death.before || start.before->ns < change.death.before->ns)) {
    if (!change.death.after || change.death.after->ns < start.before->ns) change.death.before = start.before;
  }
  change.text = "It was reset between two signs of life, and nothing that arrived shows that somebody asked for it.";
  changes_.push_back(std::move(change));
  host.returning = sign.steady;
  returned(name, host, false, start, sign.received);
}

void VitalSigns::returned(std::string_view name, Host& host, std::optional<bool> same_boot, Interval reset,
                          Ns received) {
  host.probation = host.returning.value_or(host.pulse.last());
  host.returning.reset();
  host.crashed.reset();
  const bool in_order = host.state == VitalState::Off;
  host.state = VitalState::Alive;
  host.beats = 0;
  host.leaving.reset();
  if (in_order) return;
  VitalChange change{VitalChange::Kind::Returned, std::string(name), received, {}, reset, same_boot, {}, {}};
  change.text = !same_boot    ? "It speaks again; nothing that arrived says whether its kernel was started anew."
                : *same_boot  ? "It speaks again, and its kernel went on all the time: it was cut off, not dead."
                : reset.after ? "It speaks again; its uptime says when its kernel was started."
                              : "It speaks again, with a kernel that was started anew.";
  changes_.push_back(std::move(change));
}

void VitalSigns::leaving(std::string_view name, Ns steady) {
  if (Host* host = known(name)) host->leaving = steady;
}

void VitalSigns::maintenance(std::string_view name, Ns steady, Ns length) {
  Host* host = known(name);
  if (host == nullptr) return;
  host->maintained.reset();
  if (length > 0) host->maintained = steady + length;
}

void VitalSigns::died(std::string_view name, Ns steady) {
  Host* host = known(name);
  if (host == nullptr) return;
  host->state = VitalState::Dead;
  host->crashed = steady;
  host->returning.reset();
  host->leaving.reset();
}

void VitalSigns::tick(Ns steady, Ns received) {
  const bool stalled = last_tick_ != 0 && steady - last_tick_ > kStall;
  last_tick_ = steady;
  if (stalled) return hold(steady, received);
  candidates_.clear();
  for (auto& [name, host] : hosts_) judge(name, host, steady, received);
  if (candidates_.empty()) return;
  const Scope all = scope_of({});
  std::map<std::string, Scope, std::less<>> scopes;
  for (const std::string& name : candidates_) {
    Host& host = hosts_.find(name)->second;
    if (host.concealed || host.state == VitalState::Dead) continue;
    // The widest first: where nobody at all is heard, no single address is to blame.
    Verdict whose = verdict(host, all, steady);
    std::string scope;
    size_t others = all.members - 1;
    if (whose == Verdict::Its && host.peer != kSeveral) {
      auto known_scope = scopes.find(host.peer);
      if (known_scope == scopes.end()) known_scope = scopes.emplace(host.peer, scope_of(host.peer)).first;
      scope = host.peer;
      if (known_scope->second.members > 1) whose = verdict(host, known_scope->second, steady);
    }
    if (whose == Verdict::Wait) continue;
    if (whose == Verdict::Everybodys) {
      conceal(scope, received);
      continue;
    }
    die(name, host, received, described(host, others));
  }
}

void VitalSigns::hold(Ns steady, Ns received) {
  last_tick_ = steady;
  for (auto& [name, host] : hosts_) host.pulse.listen_from(steady, received);
}

void VitalSigns::judge(std::string_view name, Host& host, Ns steady, Ns received) {
  if (host.leaving && steady - *host.leaving > kLeaving && host.state != VitalState::Off) host.leaving.reset();
  if (host.returning) {
    if (steady - *host.returning > kReturn) {
      returned(name, host, std::nullopt, {{}, Instant{host.back, Precision::Second}}, received);
    }
    return;
  }
  if (host.concealed || host.state == VitalState::Dead || host.state == VitalState::Off) return;
  if (host.pulse.quiet_since() == 0) return;
  const Patience patience = host.pulse.patience();
  if (patience.fastest == nullptr) return;
  const Ns quiet = steady - host.pulse.quiet_since();
  if (quiet < patience.late) {
    host.state = VitalState::Alive;
    return;
  }
  if (host.leaving) {
    host.state = VitalState::Off;
    return;
  }
  host.state = quiet < patience.plain ? VitalState::Suspect : VitalState::Silent;
  if (quiet < patience.lost) return;
  if (host.probation && steady - *host.probation < kProbation) return;
  if (host.maintained) {
    if (steady < *host.maintained) return;
    host.maintained.reset();
    host.pulse.listen_from(steady, received);  // it has its time to come back from now on
    return;
  }
  // Nobody speaks for it any more: that one's silence is judged, not its own.
  const auto reporter = host.reporter.empty() || host.reporter == name ? hosts_.end() : hosts_.find(host.reporter);
  if (reporter != hosts_.end() && reporter->second.state != VitalState::Alive) return;
  candidates_.emplace_back(name);
}

VitalSigns::Scope VitalSigns::scope_of(std::optional<std::string_view> peer) const {
  Scope out;
  for (const auto& [name, host] : hosts_) {
    if (peer && host.peer != *peer) continue;
    if (!host.reporter.empty() && host.reporter != name) continue;
    // Whoever is heard at all shows that the way here is open, with a pace or without.
    if (const Ns last = host.pulse.last(); last >= out.newest) {
      out.second = out.newest;
      out.newest = last;
      out.newest_of = &host;
    } else {
      out.second = std::max(out.second, last);
    }
    if (host.state == VitalState::Dead || host.state == VitalState::Off || host.concealed) continue;
    if (host.maintained || host.leaving) continue;
    const Patience patience = host.pulse.patience();
    if (patience.fastest == nullptr) continue;
    ++out.members;
    out.patience = std::max(out.patience, host.pulse.quiet_since() + std::min(patience.late, Pulse::kLongestWait));
  }
  return out;
}

VitalSigns::Verdict VitalSigns::verdict(const Host& host, const Scope& scope, Ns steady) {
  if (scope.members <= 1) return Verdict::Its;
  const Ns due = host.pulse.quiet_since() + host.pulse.patience().late;
  if ((scope.newest_of == &host ? scope.second : scope.newest) > due) return Verdict::Its;
  return steady < scope.patience ? Verdict::Wait : Verdict::Everybodys;
}

void VitalSigns::conceal(const std::string& scope, Ns received) {
  VitalChange change{VitalChange::Kind::Outage, scope, received, {}, {}, {}, {}, {}};
  for (auto& [name, host] : hosts_) {
    if (!scope.empty() && host.peer != scope) continue;
    if (host.state == VitalState::Dead || host.state == VitalState::Off || host.concealed) continue;
    if (host.pulse.patience().fastest == nullptr) continue;
    host.concealed = scope;
    change.hosts.push_back(name);
    // What they have in common failed after the last of them was heard.
    const Interval window = host.pulse.window();
    if (window.after && (!change.death.after || change.death.after->ns < window.after->ns))
      change.death.after = window.after;
    if (window.before && (!change.death.before || change.death.before->ns > window.before->ns)) {
      change.death.before = window.before;
    }
  }
  if (change.death.after && change.death.before && change.death.before->ns < change.death.after->ns) {
    change.death.before = change.death.after;
  }
  change.text = scope.empty()
                    ? fmt::format(
                          "All {} that are heard with a pace fell silent at once: the recorder, its network or "
                          "the power of all of them failed, rather than each of them.",
                          counted(change.hosts.size(), "host"))
                    : fmt::format(
                          "All {} whose signs come by {} fell silent at once, while others are heard: what "
                          "relays them, or its network, failed, rather than each of them.",
                          counted(change.hosts.size(), "host"), printable(scope));
  changes_.push_back(std::move(change));
}

void VitalSigns::end_outage(const std::string& scope, Ns steady, Ns received) {
  for (auto& [name, host] : hosts_) {
    if (host.concealed != scope) continue;
    host.concealed.reset();
    host.state = VitalState::Alive;
    host.pulse.listen_from(steady, received);
  }
  changes_.push_back(
      {VitalChange::Kind::OutageOver, scope, received, {}, {}, {}, "The first of them is heard again.", {}});
}

void VitalSigns::die(std::string_view name, Host& host, Ns received, const std::string& text) {
  host.state = VitalState::Dead;
  host.returning.reset();
  changes_.push_back({VitalChange::Kind::Dead, std::string(name), received, host.pulse.window(), {}, {}, text, {}});
}

std::string VitalSigns::described(const Host& host, size_t others) {
  const Patience patience = host.pulse.patience();
  const std::vector<std::string> paths = host.pulse.paths();
  std::vector<std::string> witnesses;
  for (const PulseSource& each : host.pulse.sources()) {
    if (!each.cadence.regular() || each.outlived) continue;
    if (std::ranges::find(witnesses, each.witness) == witnesses.end()) witnesses.push_back(each.witness);
  }
  std::string out =
      fmt::format("{} came every {}, nearly always within {}, and not for {}.", printable(patience.fastest->label()),
                  format_duration(patience.fastest->cadence.median()),
                  format_duration(patience.fastest->cadence.high()), format_duration(patience.lost));
  if (witnesses.size() > 1)
    out += fmt::format(" Silent are {}.", printable(fmt::format("{}", fmt::join(witnesses, ", "))));
  out += paths.size() > 1 ? fmt::format(" Its signs came over {} addresses, which count as independent.", paths.size())
                          : " All its signs came over one path, and count as one witness: a loss of its network "
                            "looks the same.";
  if (others == 0) out += " No other host is heard with a pace, so neither is the recorder's own network excluded.";
  return out;
}

std::vector<VitalChange> VitalSigns::take_changes() { return std::exchange(changes_, {}); }

std::optional<VitalState> VitalSigns::state(std::string_view name) const {
  const auto at = hosts_.find(name);
  return at == hosts_.end() ? std::nullopt : std::optional(at->second.state);
}

std::vector<VitalRow> VitalSigns::rows(Ns steady, Ns received) const {
  std::vector<VitalRow> out;
  out.reserve(hosts_.size());
  for (const auto& [name, host] : hosts_) {
    VitalRow row;
    row.host = name;
    row.state = host.state;
    if (host.pulse.last_instant() != 0) row.last = host.pulse.last_instant();
    if (host.pulse.has_spoken()) {
      row.quiet = steady - host.pulse.last();
    } else if (row.last) {  // to an earlier run of the recorder
      row.quiet = std::max<Ns>(received - *row.last, 0);
    }
    if (const Patience patience = host.pulse.patience(); patience.fastest != nullptr) {
      row.fastest = patience.fastest->label();
      row.pace = patience.fastest->cadence.median();
      row.lost = patience.lost;
    }
    row.paths = host.pulse.paths();
    if (host.maintained && *host.maintained > steady) row.maintenance = received + (*host.maintained - steady);
    row.concealed = host.concealed.has_value();
    out.push_back(std::move(row));
  }
  return out;
}

std::vector<VitalMemory> VitalSigns::memories(Ns steady, Ns received) const {
  std::vector<VitalMemory> out;
  for (const auto& [name, host] : hosts_) {
    VitalMemory base;
    base.host = name;
    base.state = to_string(host.returning ? VitalState::Dead : host.state);
    base.life = host.pulse.last_instant();
    base.uptime = host.uptime;
    base.uptime_at = host.uptime_at;
    base.boot_id = host.boot_id;
    if (host.maintained && *host.maintained > steady) base.maintenance = received + (*host.maintained - steady);
    base.peer = host.peer;
    size_t rows = 0;
    for (const PulseSource& each : host.pulse.sources()) {
      if (!each.cadence.known()) continue;
      VitalMemory row = base;
      row.witness = each.witness;
      row.source = each.name;
      row.peer = each.peer;
      row.sampled = each.cadence.sampled();
      row.median = each.cadence.median();
      row.high = each.cadence.high();
      row.longest = each.cadence.longest();
      row.stated = each.stated;
      row.step = each.step;
      out.push_back(std::move(row));
      ++rows;
    }
    if (rows == 0) out.push_back(std::move(base));
  }
  return out;
}

void VitalSigns::recall(const std::vector<VitalMemory>& memories, Ns steady, Ns received) {
  for (const VitalMemory& row : memories) {
    Host* host = known(row.host);
    if (host == nullptr) continue;
    host->state = vital_state_of(row.state).value_or(VitalState::Alive);
    host->uptime = row.uptime;
    host->uptime_at = row.uptime_at;
    host->boot_id = row.boot_id;
    host->peer = host->peer.empty() || host->peer == row.peer ? row.peer : std::string(kSeveral);
    host->pulse.set_last_instant(row.life);
    if (row.maintenance > received) host->maintained = steady + (row.maintenance - received);
    if (!row.witness.empty()) {
      if (PulseSource* source = host->pulse.recall(row.witness, row.source)) {
        source->peer = row.peer;
        source->stated = row.stated;
        source->step = row.step;
        source->cadence.set_sampled(row.sampled);
        source->cadence.resume(row.median, row.high, row.longest);
      }
    }
    host->pulse.listen_from(steady, received);
  }
}

}  // namespace inquest::record
