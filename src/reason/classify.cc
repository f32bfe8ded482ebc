#include "reason/classify.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/near_death.h"
#include "reason/outside_word.h"

namespace inquest::reason {
namespace {

using model::Case;
using model::Citation;
using model::Landmark;
using model::LandmarkKind;
using model::Observation;

// Words of a kernel in trouble count as its last words up to this long before the end.
constexpr Ns kLastWords = 10 * kMinute;
// A watchdog resets one heartbeat after it was last fed, which was at most a heartbeat before the last sign of life;
// then comes the firmware. A boot that follows sooner or much later was not its work.
constexpr Ns kFirmware = kMinute;
constexpr Ns kTolerance = 2 * kSecond;

// Numbers and addresses vary between two deaths of one kind.
std::string generic(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const bool starts = i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0;
    if (starts && std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
      while (i < text.size() && std::isxdigit(static_cast<unsigned char>(text[i] == 'x' ? '0' : text[i])) != 0) ++i;
      out += 'N';
    } else {
      out += text[i++];
    }
  }
  return out;
}

class Classifier {
 public:
  Classifier(const Scene& scene, const Death& death, const std::vector<BootCrash>& crashes)
      : scene_(scene), case_(scene.the_case), death_(death), crashes_(crashes) {}

  Classification run() {
    if (death_.fate == Fate::Alive) return by_its_own_log();
    if (death_.fate == Fate::Survived) return by_trouble();
    if (death_.fate == Fate::Unbooted) return by_stopped_boot();
    if (death_.fate == Fate::Forced || death_.fate == Fate::Orderly) return by_shutdown();
    if (death_.panic != nullptr) return by_panic();
    if (death_.boot != nullptr && death_.boot->end == model::BootEnd::Panicked) return by_crash_kernel();
    const auto screen = std::ranges::find_if(death_.observations, [](const Observation* o) { return shows_panic(*o); });
    if (screen != death_.observations.end()) return by_panic_screen(**screen);
    if (const Landmark* fenced = host_landmark(LandmarkKind::Fenced))
      return by_words("fenced", "was fenced by its cluster", *fenced);
    if (const Landmark* lost = storage_lost()) return by_lost_storage(*lost);
    if (const Landmark* words = last_words()) return by_last_words(*words);
    if (const BootCrash* last = last_report("storage-loss")) return by_last_report(*last);
    if (const auto word = controllers_word(scene_, death_)) return by_outside_word(*word);
    if (const auto word = next_boots_word(scene_, death_)) return by_outside_word(*word);
    if (death_.after && death_.boot != nullptr) {
      if (const Landmark* alarm = power_alarm(scene_, death_.after->latest))
        return by_words("power-loss", "lost power", *alarm);
    }
    if (const Observation* off = seen({"powered-off"})) return by_person("power-loss", "lost power", *off);
    if (auto watchdog = by_watchdog()) return *watchdog;
    if (auto hang = by_hang()) return *hang;
    if (auto silence = by_recorder()) return *silence;
    return unknown();
  }

 private:
  std::string name() const { return scene_.names.display(death_.host); }

  const Observation* seen(std::initializer_list<std::string_view> kinds) const {
    for (const Observation* observation : death_.observations) {
      if (std::ranges::find(kinds, observation->kind) != kinds.end()) return observation;
    }
    return nullptr;
  }

  const Landmark* host_landmark(LandmarkKind kind) const {
    for (const Landmark& mark : case_.landmarks) {
      if (mark.kind != kind) continue;
      const auto when = case_.when(mark.event);
      if (when && death_.in_range(when->latest) &&
          case_.message(mark.event).find(std::string(case_.str(death_.host))) != std::string::npos)
        return &mark;
    }
    return nullptr;
  }

  Classification by_panic() const {
    const std::string reason = printable(case_.str(death_.panic->text));
    const auto has = [&](std::string_view word) { return contains_nocase(reason, word); };
    Classification out;
    // panic()'s callers, by their words: kernel/rcu/tree_stall.h, kernel/watchdog.c, kernel/hung_task.c, mm/oom_kill.c,
    // arch/x86/kernel/cpu/mce, init/
    out.name = has("RCU Stall")                                                 ? "rcu-stall"
               : has("hard LOCKUP")                                             ? "hard-lockup"
               : has("softlockup")                                              ? "soft-lockup"
               : has("hung_task")                                               ? "hung-task"
               : has("out of memory") || has("System is deadlocked on memory")  ? "out-of-memory"
               : has("machine check")                                           ? "machine-check"
               : has("Unable to mount root fs") || has("No working init found") ? "boot-failure"
               : has("Attempted to kill init") && early()                       ? "boot-failure"
                                                                                : "kernel-panic";
    out.title = fmt::format("{}: kernel panic: {}", name(), reason);
    out.signature = fmt::format("{}: {}", out.name, generic(reason));
    out.reasons.push_back({fmt::format("The kernel printed \"Kernel panic - not syncing: {}\".", reason),
                           {case_.cite(death_.panic->event)}});
    // The first trouble is the root; a panic is often only its consequence.
    if (const BootCrash* root = root_of_panic(case_, crashes_, *death_.panic)) {
      blame(*root->report, out);
      if (root->report->title.starts_with("kernel panic:")) return out;
      out.title = fmt::format("{}: kernel panic after {}", name(), printable(root->report->title));
      out.reasons.push_back({fmt::format("Before it, and what led to it: \"{}\".", printable(root->report->title)),
                             {case_.cite(root->report->first)}});
      return out;
    }
    for (const Landmark* mark : death_.boot->landmarks) {
      if (mark->event >= death_.panic->event) break;
      if (!trouble(mark->kind) || far_from(*mark, *death_.panic)) continue;
      out.reasons.push_back({fmt::format("Before it, and perhaps its cause: \"{}\".", printable(case_.str(mark->text))),
                             {case_.cite(mark->event)}});
      break;
    }
    return out;
  }

  Classification by_crash_kernel() const {
    Classification out;
    const Landmark* words = last_words();
    std::string cause =
        words != nullptr ? printable(case_.str(words->text)) : std::string("its last words were not kept");
    const auto root = std::ranges::find_if(crashes_, [](const BootCrash& crash) {
      return !crash.report->previous_boot && crash.report->severity == model::CrashSeverity::Fatal;
    });
    if (root != crashes_.end()) cause = printable(root->report->title);
    out.name = "kernel-panic";
    out.title = fmt::format("{}: kernel panic, caught by its crash kernel: {}", name(), ellipsis(cause, 80));
    out.signature = fmt::format("{}: {}", out.name, generic(cause));
    if (root != crashes_.end()) blame(*root->report, out);
    out.reasons.push_back(
        {"The kernel that followed was started as a crash kernel (elfcorehdr= on its command line), which only a panic "
         "does.",
         death_.boot->end_cites});
    if (words != nullptr) {
      out.reasons.push_back(
          {fmt::format("Before it, and perhaps its cause: \"{}\".", cause), {case_.cite(words->event)}});
    }
    return out;
  }

  // Somebody saw the panic, and no log holds it. "Attempted to kill init! exitcode=0x00000200" is a wait status: no
  // signal, exit status 2. A process 1 that exits by itself does so while the host starts.
  Classification by_panic_screen(const Observation& screen) const {
    const std::string reason = printable(panic_reason(screen.text));
    const bool init = contains_nocase(reason, "Attempted to kill init");
    const auto status = init ? exit_status(reason) : std::nullopt;
    Classification out;
    out.name = status || reason.find("Unable to mount root fs") != std::string::npos ? "boot-failure" : "kernel-panic";
    out.title = fmt::format("{}: kernel panic, as its screen showed: {}", name(), reason);
    out.signature = fmt::format("{}: {}", out.name, generic(reason));
    out.reasons.push_back({fmt::format("Its screen showed: \"{}\".", printable(screen.text)), {screen.cite}});
    if (status) {
      out.reasons.push_back({fmt::format("Process 1 was not killed: it exited by itself, with status {}. It does that "
                                         "while the host starts, when something that it needs is missing.",
                                         *status),
                             {screen.cite}});
    }
    if (screen.text.find("KERNEL PANIC!") != std::string::npos) {
      out.reasons.push_back(
          {"That is DRM's panic screen, which hides all but the last line: what the kernel was doing is not known. "
           "drm.panic_screen=kmsg (or qr_code) shows more.",
           {screen.cite}});
    } else {
      out.reasons.push_back({"What stood above it on the screen was not kept.", {screen.cite}});
    }
    return out;
  }

  // What panic() was called with, out of what the screen showed.
  static std::string_view panic_reason(std::string_view text) {
    for (const std::string_view before : {"not syncing: ", "Please reboot your computer. "}) {
      if (const size_t at = text.find(before); at != std::string_view::npos)
        return trim(text.substr(at + before.size()));
    }
    return text;
  }

  // 2 of "exitcode=0x00000200", which kernels print, and of "exit code=0x00000200", which people do; nothing where a
  // signal killed it.
  static std::optional<unsigned> exit_status(std::string_view reason) {
    const size_t at = reason.find("code=0x");
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view digits = reason.substr(at + 7, 8);
    const auto code = parse_int<uint32_t>(digits.substr(0, digits.find_first_not_of("0123456789abcdefABCDEF")), 16);
    if (!code || (*code & 0x7F) != 0) return std::nullopt;
    return *code >> 8 & 0xFF;
  }

  // The report's own signature is the same for the same bug on every host.
  static void blame(const model::Crash& root, Classification& out) {
    if (!root.signature.empty()) out.signature = root.signature;
    out.culprit.function = root.culprit_function;
    out.culprit.module = root.culprit_module;
  }

  // Within two minutes of the kernel's start no service had its say yet.
  bool early() const {
    const model::Event& event = case_.events[death_.panic->event];
    return case_.streams[event.stream].clock == model::ClockDomain::Monotonic && event.time < 2 * kMinute;
  }

  static bool trouble(LandmarkKind kind) {
    switch (kind) {
      case LandmarkKind::Oops:
      case LandmarkKind::SoftLockup:
      case LandmarkKind::HardLockup:
      case LandmarkKind::RcuStall:
      case LandmarkKind::HungTask:
      case LandmarkKind::OutOfMemory:
      case LandmarkKind::MachineCheck:
      case LandmarkKind::Thermal:
      case LandmarkKind::WatchdogFired: return true;
      default: return false;
    }
  }

  bool far_from(const Landmark& mark, const Landmark& other) const {
    const model::Event& a = case_.events[mark.event];
    const model::Event& b = case_.events[other.event];
    return a.stream == b.stream && b.time - a.time > kLastWords;
  }

  // The first trouble in the last minutes of a boot that broke off without a panic.
  const Landmark* last_words() const {
    if (death_.boot == nullptr || !death_.after) return nullptr;
    for (const Landmark* mark : death_.boot->landmarks) {
      if (!trouble(mark->kind)) continue;
      const auto when = case_.when(mark->event);
      if (when && death_.after->latest - when->latest < kLastWords) return mark;
    }
    return nullptr;
  }

  Classification by_last_words(const Landmark& mark) const {
    struct Class {
      LandmarkKind kind;
      std::string_view name;
    };
    static constexpr Class kClasses[] = {{LandmarkKind::Oops, "kernel-oops"},
                                         {LandmarkKind::SoftLockup, "soft-lockup"},
                                         {LandmarkKind::HardLockup, "hard-lockup"},
                                         {LandmarkKind::RcuStall, "rcu-stall"},
                                         {LandmarkKind::HungTask, "hung-task"},
                                         {LandmarkKind::OutOfMemory, "out-of-memory"},
                                         {LandmarkKind::MachineCheck, "machine-check"},
                                         {LandmarkKind::Thermal, "thermal-shutdown"},
                                         {LandmarkKind::WatchdogFired, "watchdog-reset"}};
    const auto* found = std::ranges::find(kClasses, mark.kind, &Class::kind);
    // watchdog-mux and sbd let a watchdog fire to fence the node that they run on.
    const std::string_view said = case_.str(mark.text);
    const bool fences = said.find("client watchdog expired") != std::string_view::npos ||
                        said.find("Rebooting system: ") != std::string_view::npos;
    Classification out = by_words(std::string(fences ? "fenced" : found->name), "died after", mark);
    out.title = fmt::format("{} died after: {}", name(), ellipsis(printable(case_.str(mark.text)), 80));
    for (const BootCrash& crash : crashes_) {
      const bool of_it = std::ranges::any_of(crash.copies, [&](const model::Crash* copy) {
        return copy->first <= mark.event && mark.event <= copy->last &&
               case_.events[copy->first].stream == case_.events[mark.event].stream;
      });
      if (!of_it) continue;
      blame(*crash.report, out);
      out.title = fmt::format("{} died after: {}", name(), printable(crash.report->title));
      break;
    }
    out.reasons.push_back(
        {"No panic followed; that this trouble ended it is likely by its time, not proven.", {case_.cite(mark.event)}});
    return out;
  }

  // A storage error in the last minutes that the hung tasks behind it waited for.
  const Landmark* storage_lost() const {
    const Landmark* words = last_words();
    if (words == nullptr || words->kind != LandmarkKind::HungTask) return nullptr;
    for (const Landmark* mark : death_.boot->landmarks) {
      if (mark->event >= words->event) return nullptr;
      if (mark->kind == LandmarkKind::StorageError && !far_from(*mark, *words)) return mark;
    }
    return nullptr;
  }

  Classification by_lost_storage(const Landmark& mark) const {
    Classification out = by_words("storage-loss", "lost its storage, and hung on it", mark);
    const Landmark* words = last_words();
    out.reasons.push_back(
        {fmt::format("Tasks hung after it: \"{}\".", ellipsis(printable(case_.str(words->text)), 120)),
         {case_.cite(words->event)}});
    return out;
  }

  // The first report of that kind in the last minutes of a boot that said nothing worse.
  const BootCrash* last_report(std::string_view incident_class) const {
    if (!death_.after) return nullptr;
    const auto found = std::ranges::find_if(crashes_, [&](const BootCrash& crash) {
      return crash.when && death_.after->latest - crash.when->latest < kLastWords &&
             trouble_class(case_, *crash.report) == incident_class;
    });
    return found == crashes_.end() ? nullptr : &*found;
  }

  Classification by_last_report(const BootCrash& last) const {
    const std::string words = printable(last.report->title);
    Classification out;
    out.name = trouble_class(case_, *last.report);
    out.title = fmt::format("{} died after: {}", name(), words);
    out.signature = fmt::format("{}: {}", out.name, generic(words));
    blame(*last.report, out);
    out.reasons.push_back({fmt::format("Among its last words: \"{}\".", words), {case_.cite(last.report->first)}});
    out.reasons.push_back(
        {"That this ended it is likely by its time, not proven: a log on the lost device ends with it.",
         {case_.cite(last.report->first)}});
    return out;
  }

  // It was lost to others, and wrote its log.
  Classification by_its_own_log() const {
    Classification out;
    out.name = "network-loss";
    out.title = fmt::format("{} could not be reached, and was alive", name());
    out.signature = out.name;
    for (const Segment& segment : death_.boot->segments) {
      const auto until = case_.when(segment.last);
      if (!until || !death_.after || until->latest <= death_.after->latest) continue;
      out.reasons.push_back({fmt::format("Its own log goes on for {} after it was lost.",
                                         format_duration(until->latest - death_.after->latest)),
                             {case_.cite(segment.last)}});
    }
    return out;
  }

  // Its kernel reported a fault, and as far as its log goes it lived on.
  Classification by_trouble() const {
    const model::Crash& first = *death_.troubles.front();
    const std::string words = printable(first.title);
    Classification out;
    out.name = trouble_class(case_, first);
    out.title = fmt::format("{}{}: {}", name(), death_.outlived > 0 ? " lived on after" : "", words);
    out.signature = fmt::format("{}: {}", out.name, generic(words));
    blame(first, out);
    out.reasons.push_back({fmt::format("Its kernel reported \"{}\".", words), {case_.cite(first.first)}});
    if (death_.troubles.size() > 1) {
      const model::Crash& last = *death_.troubles.back();
      out.reasons.push_back({fmt::format("{} followed, the last of them \"{}\".",
                                         counted(death_.troubles.size() - 1, "more report"), printable(last.title)),
                             {case_.cite(last.first)}});
    }
    out.reasons.push_back(
        {death_.outlived > 0
             ? fmt::format("It did not die of it then: its log goes on for {}.", format_duration(death_.outlived))
             : std::string("Its log ends there: whether it died of it is not in the evidence."),
         {case_.cite(death_.boot->segments.front().last)}});
    return out;
  }

  // It never came up, and there was no panic.
  Classification by_stopped_boot() const {
    const std::string words = printable(case_.message(death_.stopped_at));
    Classification out;
    out.name = "boot-failure";
    out.title = fmt::format("{} did not come up: {}", name(), ellipsis(words, 80));
    out.signature = fmt::format("{}: {}", out.name, generic(words));
    out.reasons.push_back({fmt::format("Its boot stopped: \"{}\".", ellipsis(words, 120)), death_.cites});
    return out;
  }

  // It was shut down in order: for heat, for want of power, or because somebody asked.
  Classification by_shutdown() const {
    const Landmark* heat = death_.fate == Fate::Forced ? thermal_alarm(*death_.boot) : nullptr;
    if (heat != nullptr) return by_words("thermal-shutdown", "shut itself down for heat", *heat);
    if (death_.fate == Fate::Forced && death_.after) {
      if (const Landmark* alarm = power_alarm(scene_, death_.after->latest))
        return by_words("power-loss", "was shut down by its UPS", *alarm);
    }
    Classification out;
    out.name = "orderly-shutdown";
    out.title = fmt::format("{} was shut down or rebooted in order", name());
    out.signature = out.name;
    out.reasons.push_back({fmt::format("Its log ends in order: {}.", death_.boot->end_text), death_.boot->end_cites});
    for (const Landmark* mark : death_.boot->landmarks) {
      if (mark->kind != LandmarkKind::ShutdownBegin) continue;
      out.reasons.push_back(
          {fmt::format("It was asked for: \"{}\".", printable(case_.str(mark->text))), {case_.cite(mark->event)}});
      break;
    }
    return out;
  }

  Classification by_words(std::string name_of_class, std::string_view verb, const Landmark& mark) const {
    Classification out;
    const std::string words = printable(case_.str(mark.text));
    out.name = std::move(name_of_class);
    out.title = fmt::format("{} {}", name(), verb);
    out.signature = fmt::format("{}: {}", out.name, generic(words));
    out.reasons.push_back({fmt::format("Among its last words: \"{}\".", words), {case_.cite(mark.event)}});
    return out;
  }

  Classification by_outside_word(const OutsideWord& word) const {
    Classification out;
    out.name = word.incident_class;
    out.title = fmt::format("{} {}", name(), word.verb);
    out.signature = fmt::format("{}: {}", out.name, generic(word.text));
    out.reasons.push_back({word.text, {word.cite}});
    out.reasons.push_back({"The kernel itself said nothing of it.", {word.cite}});
    return out;
  }

  Classification by_person(std::string name_of_class, std::string_view verb, const Observation& observation) const {
    Classification out;
    out.name = std::move(name_of_class);
    out.title = fmt::format("{} {}", name(), verb);
    out.signature = out.name;
    out.reasons.push_back({fmt::format("A person noted: \"{}\".", printable(observation.text)), {observation.cite}});
    return out;
  }

  // A watchdog, sudden silence, and a new kernel when the watchdog's time was up, without anybody's doing.
  std::optional<Classification> by_watchdog() const {
    if (death_.boot == nullptr || death_.boot->end != model::BootEnd::Cut ||
        seen({"hard-reset", "power-cycle"}) != nullptr)
      return std::nullopt;
    const Landmark* device = death_.boot->landmark(LandmarkKind::WatchdogDevice);
    if (device == nullptr || device->number == 0 || !death_.silence()) return std::nullopt;
    const Ns silence = *death_.silence();
    if (silence < device->number - kTolerance || silence > device->number + kFirmware) return std::nullopt;
    const std::vector<Citation> cites = {case_.cite(device->event)};
    Classification out;
    out.name = "watchdog-reset";
    out.title = fmt::format("{} fell silent and was reset, probably by its hardware watchdog", name());
    out.signature = fmt::format("watchdog-reset: {}", generic(printable(case_.str(device->text))));
    out.reasons.push_back(
        {fmt::format("That boot had a hardware watchdog: \"{}\".", printable(case_.str(device->text))), cites});
    out.reasons.push_back({fmt::format("The kernel said nothing more, and the next one started {} later: the "
                                       "watchdog's {} and the firmware's start-up.",
                                       format_duration(silence), format_duration(device->number)),
                           death_.cites});
    out.reasons.push_back(
        {"A reset by hand or a short loss of power at that moment would look the same: the log does not tell whether "
         "the watchdog was armed. "
         "/sys/class/watchdog/watchdog0/bootstatus of the next boot would (32: it was the watchdog).",
         cites});
    return out;
  }

  // Powered but dead to the console: more than the network was lost.
  std::optional<Classification> by_hang() const {
    const Observation* console = seen({"console-dead", "screen-frozen"});
    const Observation* powered = seen({"powered-on", "fans-on", "leds-on"});
    const Observation* reset = seen({"hard-reset"});
    if (console == nullptr && (powered == nullptr || reset == nullptr)) return std::nullopt;
    Classification out;
    out.name = "silent-hang";
    out.title = fmt::format("{} hung without a word", name());
    out.signature = "silent-hang";
    for (const Observation* observation : {console, powered, reset}) {
      if (observation != nullptr) {
        out.reasons.push_back(
            {fmt::format("A person noted ({}): \"{}\".", printable(observation->kind), printable(observation->text)),
             {observation->cite}});
      }
    }
    if (console == nullptr) {
      out.reasons.push_back(
          {"Whether its own console still answered is not noted: the loss of its network alone would look the same.",
           {powered->cite}});
    } else {
      out.reasons.push_back({"No record of a panic is in the evidence. That does not exclude one: see the blind spots.",
                             {console->cite}});
    }
    return out;
  }

  // A recorder that heard it all the time noticed its silence: nothing that reaches over the network came before it.
  std::optional<Classification> by_recorder() const {
    const auto noticed = std::ranges::find_if(death_.observations, [](const Observation* seen) {
      return seen->kind == "unreachable" && seen->sense == "recorder";
    });
    if (noticed == death_.observations.end()) return std::nullopt;
    const std::vector<Citation> cites = {(*noticed)->cite};
    Classification out;
    out.name = "silent-hang";
    out.title = fmt::format("{} fell silent without a word", name());
    out.signature = "silent-hang";
    out.reasons.push_back(
        {fmt::format("The recorder that listened to it noted: \"{}\". No crash report, shutdown or maintenance came "
                     "before that.",
                     printable((*noticed)->text)),
         cites});
    out.reasons.push_back(
        {"A hang is taken to be the reason until something tells more; a loss of power looks the same from there.",
         cites});
    return out;
  }

  Classification unknown() const {
    Classification out;
    out.name = "unknown";
    out.signature = "unknown";
    if (death_.boot != nullptr && death_.boot->end == model::BootEnd::Cut) {
      out.title = fmt::format("{} stopped without a word and was started again", name());
      out.reasons.push_back({fmt::format("Of the boot that died, {}.", death_.boot->end_text), death_.boot->end_cites});
      out.reasons.push_back(
          {"A loss of power, a reset by hand, a watchdog and a hang that somebody ended all look like this.",
           death_.boot->end_cites});
      return out;
    }
    out.title = fmt::format("{} fell silent{}", name(), death_.reset ? " and was started again" : "");
    out.reasons.push_back(
        {"Nothing in the evidence tells a hang, a loss of power, a loss of the network and a shutdown apart: no log of "
         "the host reaches "
         "its end, and nobody noted what the machine itself showed.",
         death_.cites});
    return out;
  }

  const Scene& scene_;
  const Case& case_;
  const Death& death_;
  const std::vector<BootCrash>& crashes_;
};

}  // namespace

Classification classify(const Scene& scene, const Death& death, const std::vector<BootCrash>& crashes) {
  return Classifier(scene, death, crashes).run();
}

}  // namespace inquest::reason
