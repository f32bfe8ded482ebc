// apt_history: which packages came and went when, /var/log/apt/history.log. docs/formats/apt_history.md

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/apt_date.h"
#include "decode/kernel_package.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kStart = "Start-Date: ";
constexpr std::string_view kEnd = "End-Date: ";
constexpr std::array<std::string_view, 7> kActions = {
    "Install: ", "Upgrade: ", "Downgrade: ", "Remove: ", "Purge: ", "Reinstall: ", "Error: "};

class AptHistoryReader : public LineReader {
 public:
  using LineReader::LineReader;

 protected:
  void line(std::string_view text, const Place& place) override {
    if (const auto time = parse_apt_date(text, kStart)) {
      close_stanza();
      open_stanza(*time, place);
      return;
    }
    if (trim(text).empty()) return;
    if (!open_) {
      sink().problem(place, "text outside of a stanza");
      return;
    }
    if (!said_) said_ = place.offset;
    end_ = place.offset + place.length;
    if (parse_apt_date(text, kEnd)) {
      close_stanza();
    } else if (text.starts_with("Error: ")) {
      held_.push_back({place, std::string(text), model::Severity::Error, 0});
    } else {
      if (text.starts_with("Commandline: ")) command_ = std::string(trim(text.substr(13)).substr(0, 256));
      packages(text, place);
    }
  }

  void end() override { close_stanza(); }

 private:
  struct Held {
    Place place;
    std::string message;
    model::Severity severity = model::Severity::Info;
    uint32_t text_at = EventRecord::kStored;
  };

  void open_stanza(Ns time, const Place& place) {
    open_ = place;
    time_ = time;
    said_.reset();
    end_ = place.offset + place.length;
    held_.clear();
    command_.clear();
  }

  // "Upgrade: a:amd64 (1, 2), linux-image-amd64:amd64 (6.1.123, 6.1.128)": holds an event for each package of the
  // kernel's (kernel_package.h).
  void packages(std::string_view text, const Place& place) {
    const auto* const action =
        std::ranges::find_if(kActions, [&](std::string_view word) { return text.starts_with(word); });
    if (action == kActions.end()) return;
    for (size_t at = action->size(); at < text.size();) {
      const size_t close = text.find(')', at);
      const size_t end = close == std::string_view::npos ? text.size() : close + 1;
      const std::string_view package = text.substr(at, end - at);
      if (is_kernel_package(package) && held_.size() < kMostPackages) {
        const Place part{place.offset + at, static_cast<uint32_t>(package.size()), place.line};
        held_.push_back({part, fmt::format("{}{}", *action, package)});
      }
      at = std::min(text.find_first_not_of(", ", end), text.size());
    }
  }

  void close_stanza() {
    if (!open_) return;
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("apt");
      fresh.clock = model::ClockDomain::LocalWall;
      stream_ = sink().open_stream(fresh);
    }
    // The record is the whole stanza; its message begins behind the date.
    const uint64_t length = std::min<uint64_t>(end_ - open_->offset, Sink::kMostRecord);
    const Place whole{open_->offset, static_cast<uint32_t>(length), open_->line};
    const auto stanza = record(whole, {}, model::Severity::Info,
                               said_ ? static_cast<uint32_t>(std::min<uint64_t>(*said_ - open_->offset, length)) : 0);
    if (!command_.empty()) sink().landmark(model::LandmarkKind::Change, stanza, command_);
    for (const Held& held : held_) {
      const auto id = record(held.place, held.message, held.severity, held.text_at);
      if (held.severity == model::Severity::Info) sink().landmark(model::LandmarkKind::Change, id, held.message, 1);
    }
    held_.clear();
    open_.reset();
  }

  model::EventId record(const Place& place, std::string_view message, model::Severity severity, uint32_t text_at) {
    EventRecord event;
    event.stream = *stream_;
    event.time = time_;
    event.place = place;
    event.ident = sink().intern("apt");
    event.severity = severity;
    event.message = message;
    event.text_at = text_at;
    return sink().event(event);
  }

  static constexpr size_t kMostPackages = 1000;  // of one stanza

  std::optional<model::StreamId> stream_;
  std::optional<Place> open_;     // the first line of the stanza
  std::optional<uint64_t> said_;  // where what it says begins
  uint64_t end_ = 0;
  Ns time_ = 0;
  std::string command_;  // that was typed
  std::vector<Held> held_;
};

Claim sniff(const Head& head) {
  for (const std::string_view line : head.lines()) {
    if (!trim(line).empty()) return parse_apt_date(line, kStart) ? Claim::Certain : Claim::No;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<AptHistoryReader>(sink); }

}  // namespace

extern const Decoder apt_history_decoder;
const Decoder apt_history_decoder{"apt_history", "apt's history.log: which packages came and went", sniff, open};

}  // namespace inquest::decode
