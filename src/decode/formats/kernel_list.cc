// kernel_list: which kernels are installed: `dpkg -l 'linux-image*'`, `rpm -qa kernel`, `proxmox-boot-tool kernel
// list`. docs/formats/kernel_list.md
#include <array>
#include <string>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::array<std::string_view, 5> kPackages = {"linux-image-", "pve-kernel-", "proxmox-kernel-", "kernel-",
                                                       "proxmox-headers-"};

// "6.8.12-4-pve": digits, a dot, digits.
bool is_release(std::string_view word) {
  const size_t dot = word.find('.');
  return dot != std::string_view::npos && dot != 0 && dot < 3 && dot + 1 < word.size() && word[0] >= '0' &&
         word[0] <= '9' && word[dot + 1] >= '0' && word[dot + 1] <= '9' && word.find(' ') == std::string_view::npos &&
         word.size() < 64;
}

// The release in a package's name: "linux-image-6.1.0-18-amd64", "proxmox-kernel-6.8.12-4-pve-signed",
// "kernel-core-5.14.0-427.el9.x86_64". Empty for others and for packages that only depend on one.
std::string_view release_in(std::string_view package) {
  bool known = false;
  for (const std::string_view start : kPackages) known = known || package.starts_with(start);
  package = package.substr(0, package.find(':'));
  const size_t digit = package.find_first_of("0123456789");
  if (!known || digit == std::string_view::npos || digit == 0 || package[digit - 1] != '-') return {};
  std::string_view release = package.substr(digit);
  for (const std::string_view end : {"-signed", "-unsigned", "-dbg"}) {
    if (release.ends_with(end)) release.remove_suffix(end.size());
  }
  return is_release(release) ? release : std::string_view();
}

enum class Shape : uint8_t { Other, Installed, Removed, Heading, Bare, Noise };
struct Line {
  Shape shape = Shape::Other;
  std::string_view text;
};

Line classify(std::string_view raw) {
  const std::string_view line = trim(raw);
  const auto words = split_blanks(line);
  if (words.empty()) return {Shape::Noise, {}};
  // dpkg -l: "ii  linux-image-6.1.0-18-amd64  6.1.76-1  amd64  Linux 6.1 for 64-bit PCs (signed)"
  if (words.size() >= 3 && words[0].size() == 2 && (words[0][0] == 'i' || words[0][0] == 'r' || words[0][0] == 'h')) {
    const std::string_view release = release_in(words[1]);
    if (release.empty()) return {Shape::Noise, {}};
    return {words[0][1] == 'i' ? Shape::Installed : Shape::Removed, release};
  }
  if (line.starts_with("Desired=") || line.starts_with("| ") || line.starts_with("|/") || line.starts_with("||/") ||
      line.starts_with("+++-") || line == "None.")
    return {Shape::Noise, {}};
  if (line == "Manually selected kernels:" || line == "Automatically selected kernels:" || line == "Pinned kernel:" ||
      line == "Kernel pinned on next-boot:")
    return {Shape::Heading, line};
  if (words.size() == 1) {
    if (const auto release = release_in(line); !release.empty()) return {Shape::Installed, release};
    if (is_release(line)) return {Shape::Bare, line};
  }
  return {};
}

class KernelList : public ToolReader {
 public:
  explicit KernelList(Sink& sink) : ToolReader(sink, {"dpkg", "rpm", "proxmox-boot-tool"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const Line line = classify(text);
    switch (line.shape) {
      case Shape::Installed: return fact("kernel.installed", line.text, place);
      case Shape::Bare: return fact(pinned_ ? "kernel.pinned" : "kernel.installed", line.text, place);
      case Shape::Heading: pinned_ = line.text.find("inned") != std::string_view::npos; return;
      case Shape::Other: return sink().problem(place, "a line that names no kernel");
      case Shape::Removed:
      case Shape::Noise: return;
    }
  }

  bool pinned_ = false;
};

Claim sniff(const Head& head) {
  size_t installed = 0;
  size_t bare = 0;
  size_t headings = 0;
  size_t others = 0;
  const ToolHead tool = tool_head(head, {"dpkg", "rpm", "proxmox-boot-tool"});
  for (const std::string_view text : tool.lines) {
    const Line line = classify(text);
    if (line.shape == Shape::Installed || line.shape == Shape::Removed) ++installed;
    if (line.shape == Shape::Bare) ++bare;
    if (line.shape == Shape::Heading) ++headings;
    if (line.shape == Shape::Other) ++others;
  }
  if (installed + bare == 0 || others > installed + bare) return Claim::No;
  return installed != 0 || headings != 0 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<KernelList>(sink); }

}  // namespace

extern const Decoder kernel_list_decoder;
const Decoder kernel_list_decoder{"kernel_list", "installed kernels: dpkg -l, rpm -qa, proxmox-boot-tool kernel list",
                                  sniff, open};

}  // namespace inquest::decode
