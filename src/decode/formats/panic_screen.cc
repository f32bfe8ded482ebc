// What a dead machine's screen or console showed, typed off or cut out: DRM's panic screen, or a panic without time
// stamps. Source: drivers/gpu/drm/drm_panic.c, panic_msg[] and draw_panic_static_user() (v6.12); kernel/panic.c.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kPanic = "Kernel panic - not syncing: ";
constexpr std::string_view kReboot = "Please reboot your computer.";
constexpr size_t kMostText = 500;
constexpr size_t kMostTold = 200;  // lines around a panic; no screen has more

// Also with the advice behind it, as people write the two lines down.
bool drm_title(std::string_view line) {
  line = trim(line);
  return line == "KERNEL PANIC!" || line == "KERNEL PANIC !" || line == "KERNEL PANIC! Please reboot your computer.";
}

// Lines that stand around a panic. Those of the screen's drawing (a penguin in ASCII) are none.
bool of_a_panic(std::string_view line) {
  static constexpr std::array<std::string_view, 24> kStarts = {
      kPanic,  "CPU: ", "Call Trace:", "Hardware name", "RIP: ", "RSP: ",       "Code: ", "RAX: ",
      "RDX: ", "RBP: ", "R10: ",       "R13: ",         "FS: ",  "CS: ",        "CR2: ",  "Kernel Offset",
      "---[ ", "BUG: ", "Oops: ",      "#PF: ",         "PGD ",  "Workqueue: ", "<TASK>", "</TASK>"};
  line = trim(line);
  if (std::ranges::any_of(kStarts, [&](std::string_view start) { return line.starts_with(start); })) return true;
  // "[<ffffffff81234567>] function+0x123/0x456", "? function+0x1/0x2 [module]", and "..." of whoever cut it short
  return line.starts_with("[<") || line.find("+0x") != std::string_view::npos || line == "...";
}

class PanicScreen : public LineReader {
 public:
  explicit PanicScreen(Sink& sink) : LineReader(sink) {
    model::Stream fresh;
    fresh.source = sink.intern("panic screen");
    fresh.channel = model::Channel::Console;
    stream_ = sink.open_stream(fresh);
  }

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view content = trim(text);
    if (content.empty()) return;
    EventRecord event;
    event.stream = stream_;
    event.place = place;
    event.ident = sink().intern("kernel");
    event.message = content;
    event.text_at = static_cast<uint32_t>(content.data() - text.data());
    event.severity = model::Severity::Emergency;
    const model::EventId id = sink().event(event);
    if (content.starts_with(kPanic)) {
      seen_ = content;
      place_ = place;
    } else if (drm_title(content)) {
      screen_ = true;
      rebooting_ = content.ends_with(kReboot);
      place_ = place;
    } else if (content == kReboot) {
      rebooting_ = true;
    } else if (rebooting_ && screen_ && seen_.empty()) {
      seen_ = std::string("KERNEL PANIC! ").append(kReboot).append(" ").append(content.substr(0, kMostText));
      place_.length = static_cast<uint32_t>(place.offset + place.length - place_.offset);
      sink().landmark(model::LandmarkKind::Panic, id, content);
      sink().fact({}, "panic.screen", content.substr(0, kMostText), place);
    } else if (!screen_ && of_a_panic(content) && ++told_ <= kMostTold) {
      sink().fact({}, "panic.screen", content.substr(0, kMostText), place);
    }
  }

  void end() override {
    if (seen_.empty() && screen_) seen_ = std::string("KERNEL PANIC! ").append(kReboot);
    if (seen_.empty()) return;
    model::Observation observation;
    observation.kind = "panic-screen";
    observation.text = seen_.substr(0, kMostText);
    observation.sense = "sight";
    observation.stream = stream_;
    observation.cite = {0, place_.line, place_.offset, place_.length};
    sink().observe(std::move(observation));
  }

  model::StreamId stream_ = 0;
  bool screen_ = false;     // DRM's title came
  bool rebooting_ = false;  // and its advice
  size_t told_ = 0;         // lines around a panic, as facts
  std::string seen_;
  Place place_;
};

Claim sniff(const Head& head) {
  size_t lines = 0;
  size_t known = 0;
  bool title = false;
  bool advice = false;
  bool panic = false;
  for (const std::string_view line : head.lines(100)) {
    if (trim(line).empty()) continue;
    ++lines;
    title = title || drm_title(line);
    advice = advice || trim(line).ends_with(kReboot);
    panic = panic || trim(line).starts_with(kPanic);
    if (of_a_panic(line)) ++known;
  }
  if (title && advice && lines < 60) return Claim::Certain;
  return panic && known * 3 >= lines * 2 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PanicScreen>(sink); }

}  // namespace

extern const Decoder panic_screen_decoder;
const Decoder panic_screen_decoder = {"panic_screen", "a panic as a screen showed it, without time stamps", sniff,
                                      open};

}  // namespace inquest::decode
