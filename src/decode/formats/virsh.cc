// virsh: `virsh list`, `dominfo` and `dumpxml`: guests of libvirt. docs/formats/virsh.md
// Source: libvirt tools/virsh-domain-monitor.c (cmdList(), cmdDominfo()), docs/formatdomain.rst.
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kInfo[] = {"Id",        "Name",         "UUID",           "OS Type",     "State",
                                      "CPU(s)",    "CPU time",     "Max memory",     "Used memory", "Persistent",
                                      "Autostart", "Managed save", "Security model", "Security DOI"};

bool is_list(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() == 3 && words[0] == "Id" && words[1] == "Name" && words[2] == "State";
}

// "<name>web</name>": the element and its text; of elements that stand in one line.
struct Element {
  std::string_view name;
  std::string_view attributes;
  std::string_view text;
};
std::optional<Element> parse_element(std::string_view line) {
  line = trim(line);
  if (!line.starts_with('<') || line.size() < 4) return std::nullopt;
  const size_t end = line.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view tag = line.substr(1, end - 1);
  const size_t name_end = std::min(tag.find_first_of(" /"), tag.size());
  Element out{tag.substr(0, name_end), trim(tag.substr(name_end)), {}};
  const std::string close = fmt::format("</{}>", out.name);
  if (line.ends_with(close) && line.size() >= end + 1 + close.size())
    out.text = line.substr(end + 1, line.size() - end - 1 - close.size());
  return out;
}

// Elements whose text or attributes an inquiry may want.
bool is_wanted(std::string_view name) {
  static constexpr std::string_view kNames[] = {"name",       "memory", "vcpu",   "on_poweroff", "on_reboot",
                                                "on_crash",   "cpu",    "source", "watchdog",    "hostdev",
                                                "memballoon", "model",  "serial", "panic"};
  return std::ranges::find(kNames, name) != std::ranges::end(kNames);
}

class Virsh : public ToolReader {
 public:
  explicit Virsh(Sink& sink) : ToolReader(sink, {"virsh", "cat"}) {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { list_ = false; }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line.find_first_not_of('-') == std::string_view::npos) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (is_list(line)) {
      list_ = true;
      return;
    }
    if (line.starts_with('<')) return element(line, place);
    if (list_) {
      const auto cells = cells_of(line, 3);
      if (cells.size() < 3) return sink().problem(place, "a row that is no guest");
      return fact("virsh.guest",
                  fmt::format("{} {} (id {})", cells[1].substr(0, 200), cells[2].substr(0, 64), cells[0].substr(0, 16)),
                  place);
    }
    const auto field = split_field(line);
    if (!field || std::ranges::find(kInfo, field->key) == std::ranges::end(kInfo)) {
      // Comments and text within a guest's description.
      if (!in_xml_) sink().problem(place, "a line that is nothing of a guest");
      return;
    }
    if (field->key == "Name") name_ = std::string(field->value.substr(0, 200));
    fact(fmt::format("virsh.{}", key_of(field->key)),
         fmt::format("{}{}{}", name_, name_.empty() ? "" : ": ", field->value.substr(0, 200)), place);
  }

  void element(std::string_view line, const Place& place) {
    const auto found = parse_element(line);
    if (!found) return;
    in_xml_ = found->name != "/domain";
    if (found->name == "name" && !found->text.empty()) name_ = std::string(found->text.substr(0, 200));
    if (!is_wanted(found->name)) return;
    const std::string value =
        fmt::format("{}{}{}", found->attributes.substr(0, 200),
                    found->attributes.empty() || found->text.empty() ? "" : " ", found->text.substr(0, 200));
    if (!value.empty() && value != "/")
      fact(fmt::format("virsh.xml.{}", found->name), fmt::format("{}: {}", name_, value), place);
  }

  static constexpr size_t kMost = 50'000;
  bool list_ = false;
  bool in_xml_ = false;
  std::string name_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"virsh", "cat"}, 30);
  size_t info = 0;
  for (size_t i = 0; i < tool.lines.size(); ++i) {
    const std::string_view line = trim(tool.lines[i]);
    if (i < 2 && is_list(line)) return Claim::Certain;
    if (line.starts_with("<domain type=")) return Claim::Certain;
    const auto field = split_field(line);
    if (field && std::ranges::find(kInfo, field->key) != std::ranges::end(kInfo)) ++info;
  }
  return info >= 5 && info * 10 >= tool.lines.size() * 8 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Virsh>(sink); }

}  // namespace

extern const Decoder virsh_decoder;
const Decoder virsh_decoder{"virsh", "virsh list, dominfo, dumpxml: guests of libvirt", sniff, open};

}  // namespace inquest::decode
