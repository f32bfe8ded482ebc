#include "vmcore/dwarf_names.h"

#include <cstring>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxStrings = uint64_t{256} << 20;
constexpr uint64_t kMaxUnit = uint64_t{256} << 20;
constexpr size_t kWidth = 4;  // of a place in 32-bit DWARF

bool read(const File& file, uint64_t offset, std::string& out) {
  const auto got = file.read_at(offset, out);
  return got && *got == out.size();
}

}  // namespace

DwarfNames::Needle DwarfNames::needle(std::string_view name) {
  if (!text_) {
    text_.emplace(strings_.size <= kMaxStrings ? strings_.size : 0, '\0');
    if (!read(*file_, strings_.offset, *text_)) text_->clear();
  }
  Needle out;
  std::string whole(name);
  whole += '\0';
  // Compilers write a text itself only where its place would take as many bytes.
  if (whole.size() <= kWidth) out.text = whole;
  for (size_t at = text_->find(whole); at != std::string::npos; at = text_->find(whole, at + 1)) {
    out.places.push_back(static_cast<uint32_t>(at));
  }
  if (out.places.size() > 1) {
    out.is_place.resize(out.places.back() + size_t{1});
    for (const uint32_t place : out.places) out.is_place[place] = true;
  }
  return out;
}

bool DwarfNames::may_have(uint64_t start, uint64_t length, const Needle& needle) {
  if (needle.text.empty() && needle.places.empty()) return false;
  if (length > kMaxUnit) return true;
  unit_.resize(length);
  if (!read(*file_, info_.offset + start, unit_)) return true;
  const std::string_view unit = unit_;
  if (needle.places.size() == 1) {
    const std::string_view place(reinterpret_cast<const char*>(needle.places.data()), kWidth);
    if (memmem(unit.data(), unit.size(), place.data(), place.size()) != nullptr) return true;
  } else if (!needle.places.empty()) {
    for (size_t at = 0; at + kWidth <= unit.size(); ++at) {
      uint32_t value = 0;
      std::memcpy(&value, unit.data() + at, kWidth);
      if (value < needle.is_place.size() && needle.is_place[value]) return true;
    }
  }
  return !needle.text.empty() && memmem(unit.data(), unit.size(), needle.text.data(), needle.text.size()) != nullptr;
}

}  // namespace inquest::vmcore
