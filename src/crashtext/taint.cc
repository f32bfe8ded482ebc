#include "crashtext/taint.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr auto kFlags = std::to_array<TaintFlag>({
    {0, 'P', "PROPRIETARY_MODULE", "a proprietary module was loaded",
     "upstream will not look at reports with it; it does not say that the module caused anything"},
    {1, 'F', "FORCED_MODULE", "a module was force-loaded (insmod -f)", "its version did not match this kernel"},
    {2, 'S', "CPU_OUT_OF_SPEC", "the kernel runs on a system that is out of specification",
     "the processor, firmware or configuration is not supported (an MSR written from user space counts too); once "
     "\"SMP "
     "unsafe\", which it no longer means"},
    {3, 'R', "FORCED_RMMOD", "a module was force-unloaded (rmmod -f)", "memory may still have pointed into it"},
    {4, 'M', "MACHINE_CHECK", "the processor reported a machine check exception",
     "look for the MCE's record: hardware has said something, which is evidence and not yet the cause"},
    {5, 'B', "BAD_PAGE", "a bad page was referenced, or a page had unexpected flags",
     "memory management found its own bookkeeping broken: a wild write or bad RAM"},
    {6, 'U', "USER", "user space asked for the taint",
     "written to /proc/sys/kernel/tainted, or a debug interface was used"},
    {7, 'D', "DIE", "the kernel died before: there was an OOPS or a BUG",
     "this is not the first report of this boot: find the first one"},
    {8, 'A', "OVERRIDDEN_ACPI_TABLE", "an ACPI table was overridden by the user", "not by the firmware's maker"},
    {9, 'W', "WARN", "the kernel issued a warning earlier in this boot",
     "a WARNING stands earlier in the log; it may be harmless or the first symptom"},
    {10, 'C', "CRAP", "a staging driver was loaded", "a driver of drivers/staging, of unproven quality"},
    {11, 'I', "FIRMWARE_WORKAROUND", "the kernel works around a bug in the platform's firmware",
     "a firmware update may help; harmless as a rule"},
    {12, 'O', "OOT_MODULE", "an out-of-tree module was loaded",
     "built outside of the kernel (ZFS, NVIDIA, VirtualBox, DKMS)"},
    {13, 'E', "UNSIGNED_MODULE", "an unsigned module was loaded", "on a kernel that supports module signatures"},
    {14, 'L', "SOFTLOCKUP", "a soft lockup has occurred before",
     "a processor was stuck in the kernel earlier in this boot"},
    {15, 'K', "LIVEPATCH", "the kernel has been live patched",
     "the code that runs is not the code that the release names"},
    {16, 'X', "AUX", "auxiliary taint, defined and used by distributions",
     "SUSE: an externally supported module; upstream uses it for nothing"},
    {17, 'T', "RANDSTRUCT", "the kernel was built with the structure layout randomisation plugin",
     "says nothing about health; on Red Hat's 3.10 kernels T is bit 29, a technology preview"},
    {18, 'N', "TEST", "an in-kernel test was run (KUnit and the like)",
     "since v6.0; on older SUSE kernels N is an unsupported module"},
    {19, 'J', "FWCTL", "user space used a mutating debug operation of fwctl",
     "since v6.15: a device's firmware was told what to do from outside"},
    // Red Hat's, include/linux/panic.h of their kernels.
    {26, 'p', "PARTNER_SUPPORTED", "Red Hat: a module that a partner supports was loaded", ""},
    {27, 'r', "SUPPORT_REMOVED", "Red Hat: a driver or device whose support was removed is in use", ""},
    {28, 'H', "HARDWARE_UNSUPPORTED", "Red Hat: the hardware is not supported", ""},
    {29, 't', "TECH_PREVIEW", "Red Hat: a technology preview is in use", ""},
    {30, 'u', "UNPRIVILEGED_BPF", "Red Hat: unprivileged BPF was enabled", ""},
});

bool flag_letter(char c) { return c == 'G' || find_taint(c) != nullptr; }

// The letters' columns: letters, blanks, and the dashes that Red Hat's kernels print for their reserved bits.
void add_letter(Taint& taint, char c) {
  if (c == 'G') return;
  if (const TaintFlag* flag = find_taint(c)) {
    taint.mask |= uint64_t{1} << flag->bit;
  } else if (!taint.unknown.contains(c)) {
    taint.unknown += c;
  }
}

// "[P]=PROPRIETARY_MODULE, [O]=OOT_MODULE"
bool take_verbose(Scan& scan, Taint& taint) {
  bool any = false;
  while (true) {
    Scan ahead = scan;
    ahead.blanks();
    if (any && !ahead.take(',')) break;
    ahead.blanks();
    if (!ahead.take('[')) break;
    const char letter = ahead.peek();
    if (!Scan::letter(letter) || !ahead.take(letter) || !ahead.take("]=")) break;
    (void)ahead.take_while([](char c) { return Scan::letter(c) || c == '_' || Scan::digit(c); });
    add_letter(taint, letter);
    scan = ahead;
    any = true;
  }
  return any;
}

bool take_columns(Scan& scan, Taint& taint) {
  bool any = false;
  Scan ahead = scan;
  while (!ahead.at_end()) {
    const char c = ahead.peek();
    if (!flag_letter(c) && c != ' ' && c != '-' && c != '\t' && !(c >= 'A' && c <= 'Z')) break;
    // A release that begins with a letter is a word; flags stand in columns of one or a few capitals.
    if (Scan word = ahead; Scan::letter(c)) {
      const std::string_view letters = word.take_while(Scan::letter);
      if (!std::ranges::all_of(letters, [](char l) { return flag_letter(l) || (l >= 'A' && l <= 'Z'); })) break;
      if (!word.at_end() && !Scan::blank(word.peek()) && word.peek() != '-' && word.peek() != ')') break;
      for (const char l : letters) add_letter(taint, l);
      any = true;
      ahead = word;
    } else {
      ahead.take(c);
    }
  }
  if (any) scan = ahead;
  return any;
}

}  // namespace

std::span<const TaintFlag> taint_flags() { return kFlags; }

const TaintFlag* find_taint(char letter) {
  const auto* found = std::ranges::find(kFlags, letter, &TaintFlag::letter);
  return found == kFlags.end() ? nullptr : found;
}

const TaintFlag* find_taint_bit(unsigned bit) {
  const auto* found = std::ranges::find(kFlags, bit, &TaintFlag::bit);
  return found == kFlags.end() ? nullptr : found;
}

std::string Taint::letters() const {
  std::string text;
  for (const TaintFlag* flag : flags()) {
    if (!text.empty()) text += ' ';
    text += flag->letter;
  }
  for (const char c : unknown) {
    if (!text.empty()) text += ' ';
    text += c;
  }
  if (tainted() && (mask & 1U) == 0) text = text.empty() ? "G" : "G " + text;
  return text;
}

std::vector<const TaintFlag*> Taint::flags() const {
  std::vector<const TaintFlag*> set;
  for (const TaintFlag& flag : kFlags) {
    if ((mask >> flag.bit & 1U) != 0) set.push_back(&flag);
  }
  return set;
}

std::string Taint::unknown_bits() const {
  std::string text;
  for (unsigned bit = 0; bit < 64; ++bit) {
    if ((mask >> bit & 1U) == 0 || find_taint_bit(bit) != nullptr) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", bit);
  }
  return text;
}

std::optional<TaintText> find_taint_text(std::string_view line) {
  TaintText found;
  const size_t clean = line.find("Not tainted");
  const size_t dirty = line.find("Tainted:");
  if (clean != std::string_view::npos && clean < dirty) {
    found.begin = clean;
    found.end = clean + std::string_view("Not tainted").size();
    return found;
  }
  if (dirty == std::string_view::npos) return std::nullopt;
  Scan scan(line.substr(dirty));
  (void)scan.take("Tainted:");
  if (!take_verbose(scan, found.taint) && !take_columns(scan, found.taint)) return std::nullopt;
  found.begin = dirty;
  found.end = line.size() - scan.rest().size();
  return found;
}

Reading read_taint(const Taint& taint) {
  Reading reading;
  reading.what = fmt::format("kernel taint {}", taint.mask);
  if (!taint.tainted()) {
    reading.meaning = "not tainted: none of the things that taint a kernel has happened in this boot";
    return reading;
  }
  reading.what += fmt::format(" ({})", taint.letters());
  reading.meaning =
      "what has happened to this kernel since it booted; no flag says what caused a crash, and none goes away before a "
      "reboot";
  for (const TaintFlag* flag : taint.flags()) {
    reading.field(fmt::format("{} (bit {})", flag->letter, flag->bit),
                  flag->note.empty() ? std::string(flag->meaning) : fmt::format("{}: {}", flag->meaning, flag->note));
  }
  if (!taint.unknown.empty()) reading.field("not known here", taint.unknown);
  if (const std::string bits = taint.unknown_bits(); !bits.empty()) reading.field("bits not known here", bits);
  if ((taint.mask & 1U) == 0) reading.note("G only says that no proprietary module was loaded.");
  if ((taint.mask & 0x3001U) != 0)
    reading.note(
        "Which modules: the letters in brackets behind their names in \"Modules linked in:\", or "
        "/sys/module/NAME/taint.");
  if ((taint.mask & 0x4290U) != 0)
    reading.note(
        "Something went wrong before (M, D, W or L): find the first report of this boot, it counts more than this "
        "one.");
  return reading;
}

std::optional<Taint> parse_taint(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (const auto found = find_taint_text(text)) return found->taint;
  Taint taint;
  Scan scan(text);
  if (Scan::digit(text.front())) {
    const auto mask = text.starts_with("0x") ? scan.prefixed_hex() : scan.decimal();
    if (!mask || !scan.at_end()) return std::nullopt;
    taint.mask = *mask;
    return taint;
  }
  if (take_verbose(scan, taint)) return scan.at_end() ? std::optional(taint) : std::nullopt;
  for (const char c : text) {
    if (Scan::blank(c) || c == '-' || c == ',') continue;
    if (!flag_letter(c)) return std::nullopt;
    add_letter(taint, c);
  }
  return taint;
}

}  // namespace inquest::crashtext
