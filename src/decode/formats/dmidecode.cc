// dmidecode: what the firmware says of board, BIOS and memory. docs/formats/dmidecode.md
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

class Dmidecode : public ToolReader {
 public:
  explicit Dmidecode(Sink& sink) : ToolReader(sink, {"dmidecode"}) {}

 private:
  // Sections have no indentation, their properties one tab, lists within them two.
  void output(std::string_view text, const Place& place) override {
    if (text.starts_with("Handle 0x")) return close();
    if (text.starts_with('#') || trim(text).empty() || text.starts_with("\t\t")) return;
    if (!text.starts_with('\t')) {
      close();
      section_ = std::string(trim(text).substr(0, 64));
      return;
    }
    const auto field = split_field(text);
    if (!field || field->value.empty()) return;
    if (section_ == "BIOS Information") return property("bios", *field, place);
    if (section_ == "System Information") return property("system", *field, place);
    if (section_ == "Base Board Information") return property("board", *field, place);
    if (section_ == "Physical Memory Array") return property("memory-array", *field, place);
    if (section_ == "Memory Device") return memory(*field, place);
  }

  void end() override {
    close();
    if (installed_ != 0) fact("memory.total", std::to_string(installed_), first_);
  }

  // "32 GB", "16384 MB"; "No Module Installed" is nothing.
  void install(std::string_view size) {
    constexpr uint64_t kMiB = uint64_t{1} << 20;
    const auto words = split_blanks(size);
    const auto count = words.size() == 2 ? parse_int<uint32_t>(words[0]) : std::nullopt;
    if (!count) return;
    const uint64_t unit = words[1] == "TB"   ? kMiB << 20
                          : words[1] == "GB" ? kMiB << 10
                          : words[1] == "MB" ? kMiB
                          : words[1] == "kB" ? kMiB >> 10
                                             : 0;
    const auto sum = checked_add<uint64_t>(installed_, *count * std::min<uint64_t>(unit, kMiB << 20));
    if (!sum || *sum > uint64_t{1} << 60) return;
    if (installed_ == 0) first_ = place_;
    installed_ = *sum;
  }

  void property(std::string_view what, const Field& field, const Place& place) {
    if (field.value == "Not Specified" || field.value == "Default string") return;
    fact(fmt::format("dmi.{}.{}", what, key_of(field.key)), field.value.substr(0, 256), place);
  }

  // "DIMM_A1: 32 GB, DDR4, 3200 MT/s, configured 2933 MT/s" of one slot.
  void memory(const Field& field, const Place& place) {
    const auto& [key, value] = field;
    if (slot_.empty() && size_.empty()) place_ = place;
    if (key == "Size") {
      size_ = std::string(value.substr(0, 64));
      place_ = place;
    }
    if (key == "Locator") slot_ = std::string(value.substr(0, 64));
    if (key == "Type") type_ = std::string(value.substr(0, 32));
    if (key == "Speed") speed_ = std::string(value.substr(0, 32));
    if (key == "Configured Memory Speed" || key == "Configured Clock Speed")
      configured_ = std::string(value.substr(0, 32));
  }

  void close() {
    if (!size_.empty()) {
      std::string value = fmt::format("{}: {}", slot_.empty() ? "?" : slot_, size_);
      if (!type_.empty() && type_ != "Unknown") value += ", " + type_;
      if (!speed_.empty() && speed_ != "Unknown") value += ", " + speed_;
      if (!configured_.empty() && configured_ != "Unknown") value += ", configured " + configured_;
      fact("dmi.memory", value, place_);
      install(size_);
    }
    section_.clear();
    slot_.clear();
    size_.clear();
    type_.clear();
    speed_.clear();
    configured_.clear();
  }

  std::string section_;
  Place place_;
  std::string slot_;
  std::string size_;
  std::string type_;
  std::string speed_;
  std::string configured_;
  uint64_t installed_ = 0;  // bytes, of all slots
  Place first_;             // the first of them that is filled
};

Claim sniff(const Head& head) {
  bool handle = false;
  for (const std::string_view line : tool_head(head, {"dmidecode"}).lines) {
    if (line.starts_with("# dmidecode ")) return Claim::Certain;
    handle = handle || (line.starts_with("Handle 0x") && line.find(", DMI type ") != std::string_view::npos);
  }
  return handle ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Dmidecode>(sink); }

}  // namespace

extern const Decoder dmidecode_decoder;
const Decoder dmidecode_decoder{"dmidecode", "dmidecode: BIOS, board and memory", sniff, open};

}  // namespace inquest::decode
