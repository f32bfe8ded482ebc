// dmidecode: what the firmware says of board, BIOS and memory. docs/formats/dmidecode.md
#include <string>

#include <fmt/format.h>

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

  void end() override { close(); }

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
