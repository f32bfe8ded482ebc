#include "query/unicode.h"

namespace inquest::query {
namespace {

struct CaseRange {
  char32_t first_upper, last_upper;
  char32_t distance;  // to the lower case; 1: upper and lower alternate
};

constexpr CaseRange kCases[] = {
    {'A', 'Z', 32},     {0xC0, 0xD6, 32},   {0xD8, 0xDE, 32},    {0x100, 0x12E, 1},
    {0x132, 0x136, 1},  {0x14A, 0x176, 1},  {0x391, 0x3A1, 32},  {0x3A3, 0x3AB, 32},
    {0x410, 0x42F, 32}, {0x400, 0x40F, 80}, {0x460, 0x480, 1},   {0x48A, 0x4BE, 1},
    {0x4D0, 0x52E, 1},  {0x531, 0x556, 48}, {0x1E00, 0x1E94, 1}, {0x1EA0, 0x1EFE, 1},
};

}  // namespace

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    bool whole = length > 0 && lead < 0xF8 && at + length <= text.size();
    for (size_t i = 1; whole && i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      whole = (next & 0xC0) == 0x80;
      point = point << 6 | (next & 0x3FU);
    }
    out.push_back(whole ? point : U'\uFFFD');
    at += whole ? length : 1;
  }
  return out;
}

void append_utf8(char32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

char32_t to_lower(char32_t point) {
  for (const CaseRange& range : kCases) {
    if (point < range.first_upper || point > range.last_upper) continue;
    if (range.distance != 1) return point + range.distance;
    if ((point - range.first_upper) % 2 == 0) return point + 1;
  }
  return point;
}

char32_t to_upper(char32_t point) {
  for (const CaseRange& range : kCases) {
    if (point < range.first_upper + range.distance || point > range.last_upper + range.distance) continue;
    if (range.distance != 1) return point - range.distance;
    if ((point - range.first_upper) % 2 == 1) return point - 1;
  }
  return point;
}

bool is_letter(char32_t point) {
  if (point < 0x80) return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
  if (point < 0xC0) return point == 0xAA || point == 0xB5 || point == 0xBA;
  if (point < 0x2C2) return point != 0xD7 && point != 0xF7;
  if (point >= 0x370 && point <= 0x52F) return point != 0x37E && !(point >= 0x482 && point <= 0x489);
  // Further scripts: letters stand together there, marks and signs apart.
  return (point >= 0x531 && point <= 0x556) || (point >= 0x561 && point <= 0x587) ||
         (point >= 0x5D0 && point <= 0x5EA) || (point >= 0x620 && point <= 0x64A) ||
         (point >= 0x904 && point <= 0x939) || (point >= 0xE01 && point <= 0xE30) ||
         (point >= 0x1E00 && point <= 0x1FBC) || (point >= 0x3041 && point <= 0x3096) ||
         (point >= 0x30A1 && point <= 0x30FA) || (point >= 0x3400 && point <= 0x9FFF) ||
         (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0x20000 && point <= 0x323AF);
}

bool is_space(char32_t point) {
  return (point >= '\t' && point <= '\r') || point == ' ' || point == 0x85 || point == 0xA0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 || point == 0x202F ||
         point == 0x205F || point == 0x3000;
}

}  // namespace inquest::query
