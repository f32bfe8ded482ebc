#include "crashtext/detector.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "crashtext/delivery.h"
#include "crashtext/excerpt.h"
#include "crashtext/header_scanner.h"
#include "crashtext/line.h"
#include "crashtext/newlines.h"
#include "crashtext/pattern_set.h"
#include "crashtext/report_builder.h"
#include "crashtext/scan.h"
#include "crashtext/shared_prefix.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kBlock = 64 << 10;        // scanned at once: stays near the processor while it is walked
constexpr size_t kLongestLine = 16 << 10;  // what is longer is read in pieces
constexpr size_t kBefore = 1 << 10;        // of a long line, how much before a header is read with it
constexpr size_t kKept = 32 << 10;         // of a line without an end: enough for a piece and what precedes it
// Reports are taken apart several at a time: between two, the scan drives all that this needs out of the caches.
constexpr size_t kTogether = 16;
constexpr size_t kMostOpen = 16;  // reports that are collected at the same time

std::string_view view(const char* begin, const char* end) { return {begin, static_cast<size_t>(end - begin)}; }

// The panic, and the trap, that belong to the report before them.
bool stops_kernel(std::string_view text) { return text.find("Kernel panic - not syncing") != std::string_view::npos; }

}  // namespace

class Detector::Impl {
 public:
  Impl(Sink sink, Options options) : delivery_(std::move(sink)), options_(options), buffer_(kBlock) {}

  std::span<char> room() { return std::span(buffer_).subspan(size_); }
  void filled(size_t count) {
    size_ += count;
    // Only whole blocks are looked at before the end, so that how the input arrives has no influence.
    if (size_ == buffer_.size()) process(false);
  }
  void pause() {
    process(false);
    tell_all();
  }
  void finish() {
    process(true);
    tell_all();
  }
  uint64_t bytes() const { return base_ + size_; }

 private:
  void tell_all() {
    while (!open_.empty()) close_oldest();
    flush(true);
  }

  struct Open {
    Excerpt excerpt;
    uint64_t slot;
    bool sure;
  };
  // What the first line of a report says of it.
  struct Claim {
    const ReadyFamily* family = nullptr;
    bool sure = true;  // false: its title spans lines, so that it shows later whether it is one
  };
  // Reports end in another order than they begin; each waits for those before it.
  struct Slot {
    bool closed = false;
    std::optional<Excerpt> excerpt;  // none: it turned out to be no report
  };

  void process(bool last) {
    scanner_.scan(view(buffer_.data(), buffer_.data() + size_), hits_);
    // Words end in order, but what is looked for here is where they begin.
    std::ranges::sort(hits_, {}, [](const Hit& hit) { return std::pair(hit.start, hit.family); });
    next_hit_ = 0;
    walk(limit(last));
    keep_rest();
  }

  // Up to where lines are whole; of a line that fills the block, as far as its pieces are.
  size_t limit(bool last) const {
    if (last) return size_;
    const void* const end = memrchr(buffer_.data() + at_, '\n', size_ - at_);
    if (end != nullptr) return static_cast<size_t>(static_cast<const char*>(end) - buffer_.data()) + 1;
    return size_ - at_ > kKept ? size_ - kKept : at_;
  }

  void walk(size_t limit) {
    while (at_ < limit) {
      while (next_hit_ < hits_.size() && hits_[next_hit_].start < at_) ++next_hit_;
      if (open_.empty()) {
        if (next_hit_ == hits_.size() || hits_[next_hit_].start >= limit) {
          pass(limit);
          return;
        }
        pass(line_start(hits_[next_hit_].start));
      }
      read_one();
    }
  }

  // Moves on without looking at lines.
  void pass(size_t to) {
    lines_ += count_newlines(view(buffer_.data() + at_, buffer_.data() + to));
    at_ = to;
  }
  size_t line_start(size_t inside) const {
    const size_t lowest = std::max(at_, inside < kBefore ? 0 : inside - kBefore);
    const void* const newline = memrchr(buffer_.data() + lowest, '\n', inside - lowest);
    if (newline == nullptr) return lowest;
    return static_cast<size_t>(static_cast<const char*>(newline) - buffer_.data()) + 1;
  }

  void read_one() {
    const char* const begin = buffer_.data() + at_;
    const size_t left = size_ - at_;
    const size_t most = std::min(left, kLongestLine);
    const void* const newline = std::memchr(begin, '\n', most);
    const size_t length = newline != nullptr ? static_cast<size_t>(static_cast<const char*>(newline) - begin) : most;
    const size_t first = next_hit_;
    size_t last = first;
    size_t end = at_ + length;
    while (last < hits_.size() && hits_[last].start < end) {
      end = std::max(end, size_t{hits_[last].end});  // a header across two pieces of a line belongs to the first
      ++last;
    }
    const Place place{base_ + at_, base_ + end, lines_ + 1};
    line(view(begin, buffer_.data() + end), place, std::span(hits_).subspan(first, last - first));
    next_hit_ = last;
    at_ = end;
    if (at_ < size_ && buffer_[at_] == '\n') {
      ++at_;
      ++lines_;
    }
  }

  void keep_rest() {
    std::memmove(buffer_.data(), buffer_.data() + at_, size_ - at_);
    base_ += at_;
    size_ -= at_;
    at_ = 0;
  }

  // ---- one line

  void line(std::string_view raw, const Place& place, std::span<const Hit> hits) {
    if (open_.empty()) prefix_.forget();
    if (hits.empty() && is_foreign(raw)) {
      for (Open& one : open_) one.excerpt.feed_foreign();
      close_done();
      previous_line_ = place.start;
      return;
    }
    // Before it is read, as the header's line was nothing but that prefix: some look like dmesg's dates, and are not.
    const Line line = read_line(prefix_.strip(raw), scratch_);
    LineSigns signs;
    for (const Hit& hit : hits) {
      const size_t count = PatternSet::get().families().size();
      if (hit.family < count) continue;
      switch (static_cast<Landmark>(hit.family - count)) {
        case Landmark::Banner:
          if (line.text.starts_with("Linux version ")) begin_boot(line);
          break;
        case Landmark::Replay: take_back(); break;
        case Landmark::Disconnected:
          disconnected_ = true;
          for (Open& one : open_) one.excerpt.set_disconnected();
          break;
        case Landmark::OtherTrace: signs.other_trace = true; break;
      }
    }
    const Claim claim = hits.empty() ? Claim() : find_claim(line, hits);
    const ReadyFamily* family = claim.family;
    if (family != nullptr && family->family->continues && continues(line, claim)) family = nullptr;
    signs.starts_report = family != nullptr && !family->family->event && claim.sure;
    const bool followed = feed(line, place, signs);
    if (family != nullptr && !(followed && family->family->event)) {
      open(*family, claim.sure, line, place);
      suppose_prefix(raw, line, *family->family);
    }
    previous_line_ = place.start;
  }

  // The line, in which no header stands, is a program's, and all open reports are the kernel's. Most lines are, between
  // the end of a report and when it is sure that nothing more comes.
  bool is_foreign(std::string_view raw) const {
    const auto kernels = [](const Open& one) { return !one.excerpt.event() && one.excerpt.kernels(); };
    return prefix_.empty() && std::ranges::all_of(open_, kernels) && !may_be_kernels(raw);
  }

  // The family that the line begins a report of.
  Claim find_claim(const Line& line, std::span<const Hit> hits) const {
    const auto& families = PatternSet::get().families();
    const ReadyFamily* generic = nullptr;
    const ReadyFamily* unsure = nullptr;
    ids_.clear();
    for (const Hit& hit : hits) {
      if (hit.family < families.size()) ids_.push_back(hit.family);
    }
    std::ranges::sort(ids_);
    ids_.erase(std::ranges::unique(ids_).begin(), ids_.end());
    for (const uint32_t id : ids_) {
      const ReadyFamily& family = families[id];
      if (!family.claims(line.text)) continue;
      // What other programs print is no event of the kernel's, and a program's own panic is none of the kernel.
      if (line.origin == Line::Origin::Program && family.family->userspace != family.family->event) continue;
      const auto fits = [&](const ReadyPattern& pattern) {
        return line.text.find(pattern.pattern->needle) != std::string_view::npos && pattern.title.found_in(line.text);
      };
      if (std::ranges::any_of(family.patterns, fits)) return {&family, true};
      if (unsure == nullptr && !family.family->generic && !family.family->event) unsure = &family;
      if (generic == nullptr && family.family->generic && is_kernels(family, line)) generic = &family;
    }
    if (generic != nullptr) return {generic, true};
    return {unsure, false};
  }

  // Whether a line of which only the header is known may be the kernel's. Other programs log "INFO:" and "WARNING:",
  // too, at the start of a line or behind a date; a driver of the kernel puts its name before them.
  static bool is_kernels(const ReadyFamily& family, const Line& line) {
    if (line.origin == Line::Origin::Program) return false;
    return line.origin == Line::Origin::Kernel || !family.family->common ||
           (!line.dated && behind_drivers_name(line.text, family.family->header));
  }
  // "watchdog: BUG: ...", but not "echo "WARNING: ...", "*** WARNING: ...", "TSINFO: ...".
  static bool behind_drivers_name(std::string_view text, std::string_view header) {
    constexpr size_t kLongestName = 48;
    const std::string_view name = text.substr(0, text.find(header));
    return name.size() <= kLongestName && name.ends_with(": ") && Scan::letter(name.front()) &&
           std::ranges::all_of(name, [](char c) {
             return Scan::letter(c) || Scan::digit(c) || std::string_view(" _-.:()").find(c) != std::string_view::npos;
           });
  }

  // The line is the end of a report that is still open, and no report of its own.
  bool continues(const Line& line, const Claim& claim) const {
    return std::ranges::any_of(open_, [&](const Open& one) {
      if (one.excerpt.event() || !one.excerpt.same_host(line)) return false;
      return one.sure || (!claim.sure && &one.excerpt.family() == claim.family);
    });
  }

  // True where the line belongs to an event that is being collected.
  bool feed(const Line& line, const Place& place, const LineSigns& signs) {
    bool followed = false;
    const bool panic = stops_kernel(line.text);
    for (Open& one : open_) {
      if (panic && !one.excerpt.event() && one.excerpt.same_host(line)) one.excerpt.set_panicked();
      const bool taken = one.excerpt.feed(line, place, signs);
      followed = followed || (taken && one.excerpt.event());
    }
    close_done();
    return followed;
  }

  void close_done() {
    if (std::ranges::none_of(open_, [](const Open& one) { return one.excerpt.done(); })) return;
    std::erase_if(open_, [&](Open& one) {
      if (!one.excerpt.done()) return false;
      close(one);
      return true;
    });
    flush(false);
  }

  void open(const ReadyFamily& family, bool sure, const Line& line, const Place& place) {
    if (open_.size() == kMostOpen) close_oldest();
    open_.push_back({Excerpt(family, line, place), first_slot_ + slots_.size(), sure});
    slots_.emplace_back();
    Excerpt& excerpt = open_.back().excerpt;
    if (stops_kernel(line.text)) excerpt.set_panicked();
    if (disconnected_) excerpt.set_disconnected();
    if (options_.stamped) excerpt.keep_stamped(line);
    for (const ReadyPattern& pattern : family.patterns) {
      if (!pattern.follow.given() || !pattern.title.found_in(line.text)) continue;
      excerpt.set_follow(&pattern.follow);
      break;
    }
  }

  // Where nothing known stood before the header's words, a logger's may have.
  void suppose_prefix(std::string_view raw, const Line& line, const Family& family) {
    const size_t at = raw.find(family.header);
    if (family.event || line.origin != Line::Origin::Bare || at == raw.npos || line.text.starts_with(family.header))
      return;
    prefix_.suppose(raw.substr(0, at));
  }

  void close(Open& one) {
    Slot& slot = slots_[one.slot - first_slot_];
    slot.closed = true;
    slot.excerpt = std::move(one.excerpt);
  }
  void close_oldest() {
    close(open_.front());
    open_.pop_front();
  }

  void begin_boot(const Line& line) {
    std::erase_if(open_, [&](Open& one) {
      if (!one.excerpt.same_host(line)) return false;
      close(one);
      return true;
    });
    flush(true);
    delivery_.begin_boot(std::string(line.host));
    const std::string_view behind = line.text.substr(std::string_view("Linux version ").size());
    kernel_ = behind.substr(0, behind.find(' '));
  }

  // The console printed the line before once more, and whole this time.
  void take_back() {
    if (!open_.empty() && open_.back().excerpt.range().start == previous_line_) {
      slots_[open_.back().slot - first_slot_].closed = true;
      open_.pop_back();
    }
    for (Open& one : open_) one.excerpt.take_back(previous_line_);
  }

  // ---- reports, in order

  void flush(bool everything) {
    if (!everything && slots_.size() < kTogether) return;
    while (!slots_.empty() && slots_.front().closed) {
      if (const auto& excerpt = slots_.front().excerpt) {
        if (auto report = build_report(*excerpt)) {
          delivery_.take({*std::move(report), excerpt->host(), kernel_, excerpt->event()});
        }
      }
      slots_.pop_front();
      ++first_slot_;
    }
    if (everything) delivery_.release();
  }

  Delivery delivery_;
  Options options_;
  HeaderScanner scanner_;
  std::vector<char> buffer_;
  size_t size_ = 0;    // of what is in the buffer
  size_t at_ = 0;      // up to where it was looked at
  uint64_t base_ = 0;  // of the buffer in the input
  uint64_t lines_ = 0;
  std::vector<Hit> hits_;
  size_t next_hit_ = 0;
  std::string scratch_;
  SharedPrefix prefix_;
  mutable std::vector<uint32_t> ids_;

  std::deque<Open> open_;
  std::deque<Slot> slots_;
  uint64_t first_slot_ = 0;
  uint64_t previous_line_ = 0;
  bool disconnected_ = false;
  std::string kernel_;
};

Detector::Detector(Sink sink) : Detector(std::move(sink), Options()) {}
Detector::Detector(Sink sink, Options options) : impl_(std::make_unique<Impl>(std::move(sink), options)) {}
Detector::~Detector() = default;
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;

std::span<char> Detector::room() { return impl_->room(); }
void Detector::filled(size_t count) { impl_->filled(count); }
void Detector::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = impl_->room();
    const size_t count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    impl_->filled(count);
    bytes.remove_prefix(count);
  }
}
void Detector::pause() { impl_->pause(); }
void Detector::finish() { impl_->finish(); }
uint64_t Detector::bytes() const { return impl_->bytes(); }

std::vector<Report> find_reports(std::string_view text) {
  std::vector<Report> out;
  Detector detector([&](Report&& report) { out.push_back(std::move(report)); });
  detector.feed(text);
  detector.finish();
  return out;
}

}  // namespace inquest::crashtext
