// terraform: HCL files: which resources and blocks they declare, e.g. a VM without a serial_device.
// docs/formats/terraform.md Source: HCL native syntax specification; bpg/proxmox provider,
// docs/resources/virtual_environment_vm.md.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr size_t kDeepest = 32;

// A line without its comment and with the insides of strings blanked, so that only structure is left.
std::string structure(std::string_view line) {
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') {
      out += "  ";
      ++i;
      continue;
    }
    if (!quoted && (c == '#' || line.substr(i).starts_with("//") || line.substr(i).starts_with("/*"))) break;
    out += quoted && c != '"' ? ' ' : c;
  }
  return out;
}

std::string_view name_at_front(std::string_view text) {
  text = trim(text);
  size_t end = 0;
  while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= 'A' && text[end] <= 'Z') ||
                               (text[end] >= '0' && text[end] <= '9') || text[end] == '_' || text[end] == '-'))
    ++end;
  return text.substr(0, end);
}

// resource "type" "name" {: "type.name"; other labels joined the same way.
std::string labels(std::string_view line) {
  std::string out;
  for (size_t at = line.find('"'); at != std::string_view::npos && out.size() < 200;) {
    const size_t close = line.find('"', at + 1);
    if (close == std::string_view::npos) break;
    if (!out.empty()) out += '.';
    out += line.substr(at + 1, close - at - 1);
    at = line.find('"', close + 1);
  }
  return out;
}

class Terraform : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string shape = structure(text);
    const std::string_view bare = trim(shape);
    const std::string_view name = name_at_front(text);
    const size_t open = bare.find('{');
    const size_t equals = bare.find('=');
    const bool block = open != std::string_view::npos && (equals == std::string_view::npos || open < equals);
    if (block && !name.empty()) {
      if (blocks_.empty()) {
        what_ = fmt::format("{} {}", name, labels(text));
        sink().fact({}, "terraform.declares", trim(what_).substr(0, 256), place);
      } else if (blocks_.size() < kDeepest) {
        sink().fact({}, "terraform.block", fmt::format("{}: {}", trim(what_), path(name)), place);
      }
    } else if (equals != std::string_view::npos && !blocks_.empty() && !name.empty() &&
               trim(bare.substr(name.size())).starts_with('=')) {
      const std::string_view value =
          trim(text.substr(0, shape.size()).substr(std::min(text.find('=') + 1, shape.size())));
      if (++count_ <= kMost)
        sink().fact({}, "terraform.setting", fmt::format("{}: {} = {}", trim(what_), path(name), value.substr(0, 200)),
                    place);
    }
    for (const char c : shape) {
      if (c == '{') {
        blocks_.push_back(block ? std::string(name.substr(0, 64)) : std::string());
        if (blocks_.size() > 1000) blocks_.pop_back();
      }
      if (c != '}') continue;
      if (blocks_.empty()) {
        sink().problem(place, "a closing brace without its opening one");
      } else {
        blocks_.pop_back();
      }
    }
  }

  void end() override {
    if (!blocks_.empty()) sink().problem({}, "a block that is never closed: the file is cut");
  }

  // "disk.size" within its declaration.
  std::string path(std::string_view name) const {
    std::string out;
    for (size_t i = 1; i < blocks_.size() && i < kDeepest; ++i) {
      if (!blocks_[i].empty()) out += blocks_[i] + ".";
    }
    return out + std::string(name.substr(0, 64));
  }

  static constexpr size_t kMost = 5000;  // settings of one file
  std::vector<std::string> blocks_;      // names of the blocks that are open; empty for objects
  std::string what_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  for (const std::string_view text : head.lines()) {
    const std::string_view line = trim(text);
    for (const std::string_view word :
         {"resource \"", "module \"", "provider \"", "data \"", "terraform {", "variable \""}) {
      if (line.starts_with(word) && line.ends_with('{')) return Claim::Certain;
      if (line.starts_with(word) && line.find('{') != std::string_view::npos) return Claim::Certain;
    }
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Terraform>(sink); }

}  // namespace

extern const Decoder terraform_decoder;
const Decoder terraform_decoder{"terraform", "Terraform files: declared resources, blocks and settings", sniff, open};

}  // namespace inquest::decode
