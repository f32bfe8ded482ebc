// proc_interrupts: /proc/interrupts: how often which interrupt came, over all CPUs. docs/formats/proc_interrupts.md
// Source: Linux kernel/irq/proc.c (show_interrupts()), arch/x86/kernel/irq.c (arch_show_interrupts()).
#include <string>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "           CPU0       CPU1       ": how many CPUs; 0 for another line.
size_t cpus_of(std::string_view line) {
  const auto words = split_blanks(line);
  for (const std::string_view word : words) {
    if (!word.starts_with("CPU") || !parse_int<uint32_t>(word.substr(3))) return 0;
  }
  return words.size();
}

class ProcInterrupts : public ToolReader {
 public:
  explicit ProcInterrupts(Sink& sink) : ToolReader(sink, {"cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const size_t cpus = cpus_of(text); cpus != 0) {
      cpus_ = cpus;
      return;
    }
    const auto field = split_field(text);
    if (!field || cpus_ == 0) return sink().problem(place, "a line that is no interrupt");
    if (++count_ > kMost) return sink().problem(place, "more interrupts than a host has: the rest was left out");
    const auto words = split_blanks(field->value);
    uint64_t sum = 0;
    size_t counted = 0;
    for (; counted < words.size() && counted < cpus_; ++counted) {
      const auto value = parse_int<uint64_t>(words[counted]);
      if (!value) break;
      sum = checked_add(sum, *value).value_or(UINT64_MAX);
    }
    if (counted == 0) return sink().problem(place, "an interrupt without a count");
    std::string what;
    for (size_t i = counted; i < words.size(); ++i) what += fmt::format(" {}", words[i].substr(0, 64));
    fact(fmt::format("interrupts.{}", key_of(field->key)), fmt::format("{}{}", sum, what.substr(0, 200)), place);
    // Machine checks, their polls apart, and interrupts that nobody asked for.
    if ((field->key == "MCE" || field->key == "ERR" || field->key == "MIS" || field->key == "THR") && sum != 0)
      fact("interrupts.trouble", fmt::format("{} {}{}", field->key, sum, what.substr(0, 200)), place);
  }

  static constexpr size_t kMost = 20'000;
  size_t cpus_ = 0;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"cat"}, 3);
  if (tool.lines.size() < 2 || cpus_of(tool.lines.front()) == 0) return Claim::No;
  const auto field = split_field(tool.lines[1]);
  const auto words = field ? split_blanks(field->value) : std::vector<std::string_view>();
  return !words.empty() && parse_int<uint64_t>(words[0]) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ProcInterrupts>(sink); }

}  // namespace

extern const Decoder proc_interrupts_decoder;
const Decoder proc_interrupts_decoder{"proc_interrupts", "/proc/interrupts: how often which interrupt came", sniff,
                                      open};

}  // namespace inquest::decode
