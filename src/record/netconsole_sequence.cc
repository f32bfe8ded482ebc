#include "record/netconsole_sequence.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace inquest::record {
namespace {

constexpr size_t kRemembered = 512;
// Processors' clocks differ, and interrupts print in between: a kernel's stamps go back by milliseconds.
constexpr uint64_t kDisorderUs = 1'000'000;
constexpr uint32_t kLateRun = 32;
constexpr uint32_t kLowRun = 32;
constexpr size_t kOverhead = 512;  // what a held record costs besides its bytes

uint32_t hash_of(std::string_view body) { return static_cast<uint32_t>(std::hash<std::string_view>{}(body)); }

}  // namespace

NetconsoleItem NetconsoleSequence::head_of(const NetconsoleHeader& header, Ns received) {
  NetconsoleItem item;
  item.sequence = header.sequence;
  item.received = received;
  item.release = header.release;
  item.priority = header.priority;
  item.uptime_us = header.uptime_us;
  item.flags = header.flags;
  item.caller = header.caller;
  return item;
}

void NetconsoleSequence::remember(uint64_t sequence, uint64_t uptime_us, uint32_t hash, bool whole) {
  if (seen_.empty()) seen_.resize(kRemembered);
  seen_[sequence % kRemembered] = {sequence, uptime_us, hash, whole, true};
  uptime_us_ = std::max(uptime_us_, uptime_us);
}

// That a release is named now, or no longer, is a setting of the netconsole's, which a running kernel lets people
// change.
bool NetconsoleSequence::other_release(const NetconsoleHeader& header) const {
  return !header.release.empty() && !release_.empty() && header.release != release_;
}

bool NetconsoleSequence::in_order(const NetconsoleHeader& header, Ns received) {
  if (!started_ || header.sequence != next_ || header.fragment || !held_.empty()) return false;
  if (!header.release.empty() && header.release != release_) return false;
  if (header.uptime_us + kDisorderUs < uptime_us_) return false;
  low_run_ = 0;
  remember(header.sequence, header.uptime_us, hash_of(header.body), true);
  ++next_;
  received_ = received;
  return true;
}

// A record whose number is behind what is due: was it here, was it given up, or does another boot count anew?
NetconsoleSequence::Past NetconsoleSequence::judge_past(const NetconsoleHeader& header, Ns received) const {
  const Seen* before = nullptr;
  for (const Seen& seen : seen_) {
    if (!seen.used || seen.sequence > header.sequence) continue;
    if (seen.sequence == header.sequence) {
      if (seen.uptime_us != header.uptime_us) return Past::OtherBoot;
      if (!seen.whole) return Past::Late;  // of a record that went on with pieces missing
      return header.fragment || seen.hash == hash_of(header.body) ? Past::Duplicate : Past::Contradicts;
    }
    if (before == nullptr || seen.sequence > before->sequence) before = &seen;
  }
  // The kernel stamps its records in their order, so one that was missed fits between the others.
  if (header.uptime_us > uptime_us_ + kDisorderUs) return Past::OtherBoot;
  if (before != nullptr && header.uptime_us + kDisorderUs < before->uptime_us) return Past::OtherBoot;
  if (before == nullptr && header.uptime_us + 5 * kDisorderUs < uptime_us_) return Past::OtherBoot;
  return born_in_silence(header, received) ? Past::OtherBoot : Past::Late;
}

void NetconsoleSequence::came_late(const NetconsoleHeader& header) {
  remember(header.sequence, header.uptime_us, hash_of(header.body), true);
  if (lost_ != 0) --lost_;
  // Many in a row are the log itself, and what claimed to be far ahead of them was not.
  late_run_ = header.sequence == last_late_ + 1 ? late_run_ + 1 : 1;
  last_late_ = header.sequence;
  if (late_run_ < kLateRun) return;
  next_ = header.sequence + 1;
  uptime_us_ = header.uptime_us;
  for (Seen& seen : seen_) seen.used = seen.used && seen.sequence <= header.sequence;
}

// A kernel that claims to be up for less than half of the silence before it was not running when the silence began.
bool NetconsoleSequence::born_in_silence(const NetconsoleHeader& header, Ns received) const {
  const Ns silence = received - received_;
  return silence > 0 && header.uptime_us < static_cast<uint64_t>(silence / kMicro) / 2;
}

// A record whose number is due or ahead, but whose time cannot be that boot's.
bool NetconsoleSequence::other_boot_ahead(const NetconsoleHeader& header, Ns received) {
  if (header.uptime_us + kDisorderUs < uptime_us_) {
    // A processor whose clock is not set yet stamps its lines with zero.
    low_run_ += header.uptime_us == 0 ? 1 : kLowRun / 8;
    return header.sequence != next_ || low_run_ >= kLowRun;
  }
  low_run_ = 0;
  return header.sequence != next_ && born_in_silence(header, received);
}

void NetconsoleSequence::restart(const NetconsoleHeader& header, Ns received, std::vector<NetconsoleItem>& out) {
  finish(out);
  NetconsoleItem item;
  item.kind = NetconsoleItem::Kind::Restart;
  item.sequence = header.sequence;
  item.before_us = uptime_us_;
  item.after_us = header.uptime_us;
  item.received = received;
  item.release = header.release;
  out.push_back(std::move(item));
  seen_.clear();
  uptime_us_ = 0;
  low_run_ = 0;
  release_.clear();
  started_ = false;
}

void NetconsoleSequence::take(const NetconsoleHeader& header, Ns received, std::vector<NetconsoleItem>& out) {
  if (other_release(header)) {
    restart(header, received, out);
  } else if (started_ && header.sequence < next_) {
    const Past past = judge_past(header, received);
    switch (past) {
      case Past::Duplicate: ++duplicates_; return;
      case Past::OtherBoot: restart(header, received, out); break;
      case Past::Contradicts:
      case Past::Late: {
        NetconsoleItem item = head_of(header, received);
        const auto length = static_cast<uint32_t>(header.body.size());
        item.body = header.body;
        item.total = header.fragment ? header.fragment->total : length;
        item.missing = item.total - length;
        item.contradicts = past == Past::Contradicts;
        item.late = past == Past::Late;
        out.push_back(std::move(item));
        if (past == Past::Late && !header.fragment) came_late(header);
        return;
      }
    }
  } else if (started_ && other_boot_ahead(header, received)) {
    restart(header, received, out);
  } else if (const auto held = held_.find(header.sequence);
             held != held_.end() && held->second.head.uptime_us != header.uptime_us) {
    restart(header, received, out);
  }
  if (!header.release.empty()) release_ = header.release;
  hold(header, received, out);
  received_ = received;
  if (started_) drain(std::numeric_limits<Ns>::min(), out);
  // Too much is held: what has waited longest is given up.
  while (held_.size() > kMostHeld || bytes_ > kMostBytes) drain(held_.begin()->second.head.received, out);
}

void NetconsoleSequence::hold(const NetconsoleHeader& header, Ns received, std::vector<NetconsoleItem>& out) {
  const auto [at, inserted] = held_.try_emplace(header.sequence);
  Held& held = at->second;
  if (inserted) {
    held.head = head_of(header, received);
    bytes_ += kOverhead;
  }
  const size_t before = held.fragments.memory();
  const auto length = static_cast<uint32_t>(header.body.size());
  const auto taken = held.fragments.take(header.fragment.value_or(NetconsoleHeader::Fragment{0, length}), header.body);
  bytes_ += held.fragments.memory() - before;
  switch (taken) {
    case NetconsoleFragments::Taken::New: return;
    case NetconsoleFragments::Taken::Repeated: ++duplicates_; return;
    case NetconsoleFragments::Taken::Conflict:
    case NetconsoleFragments::Taken::Full: break;
  }
  NetconsoleItem item = head_of(header, received);
  item.body = header.body;
  item.total = header.fragment ? header.fragment->total : static_cast<uint32_t>(header.body.size());
  item.missing = item.total - static_cast<uint32_t>(header.body.size());
  item.contradicts = true;
  out.push_back(std::move(item));
}

void NetconsoleSequence::go_on(Held&& held, std::vector<NetconsoleItem>& out) {
  bytes_ -= held.fragments.memory() + kOverhead;
  NetconsoleItem item = std::move(held.head);
  item.body = held.fragments.body();
  item.total = held.fragments.total();
  item.missing = held.fragments.missing();
  remember(item.sequence, item.uptime_us, hash_of(item.body), item.missing == 0);
  out.push_back(std::move(item));
}

void NetconsoleSequence::drain(Ns until, std::vector<NetconsoleItem>& out) {
  while (!held_.empty()) {
    const auto first = held_.begin();
    // Held since before then; the recorder's clock may have been set back meanwhile.
    const bool waited = first->second.head.received <= until;
    const bool due = started_ && first->first == next_;
    if (!waited && !(due && first->second.fragments.whole())) return;
    if (started_ && first->first > next_) {
      NetconsoleItem gap;
      gap.kind = NetconsoleItem::Kind::Lost;
      gap.sequence = next_;
      gap.last = first->first - 1;
      gap.received = first->second.head.received;
      lost_ += gap.last - gap.sequence + 1;
      out.push_back(std::move(gap));
    }
    started_ = true;
    next_ = first->first + 1;
    Held held = std::move(first->second);
    held_.erase(first);
    go_on(std::move(held), out);
  }
}

void NetconsoleSequence::expire(Ns now, std::vector<NetconsoleItem>& out) {
  if (held_.empty()) return;
  // Not only the first of them may have waited: one that came out of order is older than those before it.
  Ns oldest = std::numeric_limits<Ns>::max();
  Ns newest = std::numeric_limits<Ns>::min();
  for (const auto& [sequence, held] : held_) {
    oldest = std::min(oldest, held.head.received);
    newest = std::max(newest, held.head.received);
  }
  if (newest > now + kHold) return finish(out);  // the clock was set back
  if (oldest > now - kHold) return;
  // All up to the last record that has waited long enough.
  auto last = held_.end();
  for (auto at = held_.begin(); at != held_.end(); ++at) {
    if (at->second.head.received <= now - kHold) last = at;
  }
  const uint64_t sequence = last->first;
  while (!held_.empty() && held_.begin()->first <= sequence) drain(held_.begin()->second.head.received, out);
}

void NetconsoleSequence::finish(std::vector<NetconsoleItem>& out) { drain(std::numeric_limits<Ns>::max(), out); }

}  // namespace inquest::record
