#include "crashtext/excerpt.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/contains.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostText = 512 << 10;
// Lines without a sign of a report, after which it is over: of its own context, before and after its first frame, and
// of any context.
constexpr uint32_t kOwnQuietBefore = 400;
constexpr uint32_t kOwnQuietAfter = 64;
constexpr uint32_t kOwnQuietEnded = 12;  // after "---[ end trace": a panic would come at once
constexpr uint32_t kAllQuietBefore = 2000;
constexpr uint32_t kAllQuietAfter = 128;

// A frame that the kernel doubts: a word on the stack that may be a leftover. Where a CPU came out of an interrupt, the
// mark stands before frames that are sure.
bool doubtful(std::string_view text) {
  if (!contains(text, " ? ") && !text.ends_with(" (unreliable)")) return false;
  return !contains(text, "<EOI>");
}

// A report's line by its looks: a symbol with an offset, a heading, a register dump.
bool significant(std::string_view text) {
  if (contains(text, "+0x") || text.starts_with(' ') || text.starts_with("---[") || text.starts_with("==="))
    return true;
  static constexpr std::array<std::string_view, 22> kBeginnings = {
      "Call ", "CPU: ",        "CPU#",   "Hardware name", "Modules linked", "Code: ",      "RIP: ", "RSP: ",
      "RAX: ", "RDX: ",        "RBP: ",  "R10: ",         "R13: ",          "FS: ",        "CS: ",  "CR2: ",
      "DR",    "Kernel panic", "Oops: ", "Tainted",       "pstate",         "Workqueue: ",
  };
  return std::ranges::any_of(kBeginnings, [&](std::string_view words) { return text.starts_with(words); });
}

// "1f40: c0309f10 00000001", "b7d0  7233b870 ffffffc0", "ffff8800: 00 01 02": of memory, as arm and arm64 dump
// kilobytes of it between the registers and the trace.
bool dumps_memory(std::string_view text) {
  Scan scan(text);
  scan.blanks();
  int words = 0;
  while (words < 5) {
    const std::string_view word = scan.take_while([](char c) { return Scan::hex_digit(c) || c == '*'; });
    if (word.size() < 2) break;
    ++words;
    scan.take(':');
    if (!Scan::blank(scan.peek())) break;
    scan.blanks();
  }
  return words >= 3;
}

// The length of a stamp of the kernel's log at the text's beginning, with its caller and the blank behind it:
// "[   12.345678] ", "[   12.345678][  T733] ". 0: it is none.
size_t stamp_length(std::string_view text) {
  Scan scan(text);
  if (!scan.take('[')) return 0;
  scan.blanks();
  if (scan.take_while(Scan::digit).empty() || !scan.take('.') || scan.take_while(Scan::digit).size() != 6 ||
      !scan.take(']')) {
    return 0;
  }
  if (scan.take('[')) {
    scan.blanks();
    if (!scan.take('T') && !scan.take('C')) return 0;
    if (scan.take_while(Scan::digit).empty() || !scan.take(']')) return 0;
  }
  if (!scan.at_end() && !scan.take(' ')) return 0;
  return text.size() - scan.rest().size();
}

// Where the next stamp inside of a line begins; its size where there is none.
size_t next_stamp(std::string_view line) {
  for (size_t at = line.find('[', 1); at < line.size(); at = line.find('[', at + 1)) {
    if (stamp_length(line.substr(at)) > 0) return at;
  }
  return line.size();
}

// "<4>", as it stands before a stamp.
std::string_view without_level(std::string_view text) {
  const size_t size = text.size();
  if (size >= 3 && text[size - 3] == '<' && Scan::digit(text[size - 2]) && text[size - 1] == '>') {
    text.remove_suffix(3);
  }
  return text;
}

// How many lines make a report that a later panic, which repeats its trace, need not complete.
uint32_t enough_lines(std::string_view first) { return contains(first, "BUG: KMSAN:") ? 16 : 22; }

}  // namespace

Excerpt::Excerpt(const ReadyFamily& family, const Line& line, const Place& place)
    : family_(&family),
      origin_(line.origin),
      caller_(line.caller),
      host_(line.host),
      monotonic_(line.monotonic),
      most_before_panic_(enough_lines(line.text)) {
  range_.start = place.start;
  range_.first_line = place.number;
  lines_ = 1;
  append(line.text, place, true);
}

void Excerpt::append(std::string_view text, const Place& place, bool is_significant) {
  if (text_.size() + text.size() >= kMostText) {
    done_ = true;
    return;
  }
  text_ += text;
  text_ += '\n';
  if (!cut_at_ || !caller_.empty()) own_end_ = text_.size();
  if (is_significant) {
    significant_end_ = text_.size();
    range_.end = place.end;
    range_.last_line = place.number;
  }
}

std::string Excerpt::restored_text() const {
  std::string out;
  for (std::string_view line : lines(significant_text())) {
    bool whole = true;
    const auto add = [&](std::string_view piece) {
      if (whole || !doubtful(piece)) out.append(piece).push_back('\n');
    };
    for (size_t at = next_stamp(line); at < line.size(); at = next_stamp(line)) {
      whole = false;
      add(without_level(line.substr(0, at)));
      line.remove_prefix(at + stamp_length(line.substr(at)));
    }
    add(line);
  }
  return out;
}

void Excerpt::keep_stamped(const Line& first) {
  keeps_stamped_ = true;
  stamp(first);
}

void Excerpt::stamp(const Line& line) {
  if (!keeps_stamped_ || stamped_.size() + line.text.size() >= kMostText) return;
  stamped_ += fmt::format("<4>[{:12.6f}] {}\n", line.monotonic.value_or(0), line.text);
}

void Excerpt::take_back(uint64_t start) {
  if (cut_at_ != start) return;
  cut_at_.reset();
  own_end_ = text_.size();
}

bool Excerpt::feed_event(const Line& line, const Place& place) {
  const bool follows = follow_ != nullptr && follow_->found_in(line.text);
  // A message of several lines has a prefix on its first one only, where it was not the kernel that split it.
  const bool bare = line.origin == Line::Origin::Bare && all_quiet_ == 0;
  if (!in_context(line) && !(follows && bare)) {
    if (++all_quiet_ > kOwnQuietAfter) done_ = true;
    return false;
  }
  if (!follows) {
    if (trim(line.text).empty()) return false;  // what syslogd tells everybody comes with empty lines in between
    done_ = true;
    return false;
  }
  all_quiet_ = 0;
  append(line.text, place, true);
  return true;
}

void Excerpt::feed_foreign() {
  if (++all_quiet_ > (traced_ ? kAllQuietAfter : kAllQuietBefore)) done_ = true;
}

bool Excerpt::feed(const Line& line, const Place& place, const LineSigns& signs) {
  if (done_) return false;
  if (event()) return feed_event(line, place);
  if ((signs.starts_report || signs.other_trace) && !cut_at_) cut_at_ = place.start;
  feed_foreign();
  if (done_) return false;
  const bool other_cpu = all_cpus_ && line.caller.starts_with('C') && line.host == host_;
  if (!in_context(line) && !other_cpu) return true;
  stamp(line);
  if (origin_ == Line::Origin::Kernel && doubtful(line.text) && next_stamp(line.text) == line.text.size()) return true;

  ++lines_;
  bool skipped = skipping_;
  if (contains(line.text, "Disabling lock debugging due to kernel taint")) {
    skipped = true;
  } else if (contains(line.text, "Sending NMI from CPU")) {
    all_cpus_ = true;
  } else if (lines_ > most_before_panic_ &&
             (contains(line.text, "Kernel panic - not syncing") ||
              contains(line.text, "WARNING: possible circular locking dependency detected"))) {
    // The panic prints the trace that is already there; and printing an oops takes locks in orders that are not usual.
    skipping_ = skipped = true;
  }
  const bool frame = contains(line.text, "+0x");
  traced_ = traced_ || frame;
  if (frame)
    own_quiet_ = all_quiet_ = 0;
  else if (dumps_memory(line.text))
    all_quiet_ = 0;
  else if (++own_quiet_ > (traced_ ? kOwnQuietAfter : kOwnQuietBefore))
    done_ = true;
  if (!skipped) append(line.text, place, (!cut_at_ || !caller_.empty()) && significant(line.text));
  if (line.text.starts_with("---[ end trace")) own_quiet_ = kOwnQuietAfter - kOwnQuietEnded;
  if (line.text.starts_with("---[ end Kernel panic")) done_ = true;
  return true;
}

}  // namespace inquest::crashtext
