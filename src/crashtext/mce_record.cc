// Machine-check records out of text: a line is cut into words, and each known name takes the number behind it.
#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "crashtext/mce.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kLongestLine = 4096;

using Field = std::optional<uint64_t> MceRecord::*;

struct Key {
  std::string_view name;  // in lower case
  Field field;
  int base;
};

constexpr auto kKeys = std::to_array<Key>({
    {"cpu", &MceRecord::cpu, 10},
    {"bank", &MceRecord::bank, 10},
    {"status", &MceRecord::status, 16},
    {"addr", &MceRecord::addr, 16},
    {"misc", &MceRecord::misc, 16},
    {"synd", &MceRecord::synd, 16},
    {"syndrome", &MceRecord::synd, 16},
    {"ipid", &MceRecord::ipid, 16},
    {"mcgstatus", &MceRecord::mcg_status, 16},
    {"mcgcap", &MceRecord::mcg_cap, 16},
    {"tsc", &MceRecord::tsc, 16},
    {"time", &MceRecord::time, 10},
    {"socket", &MceRecord::socket, 10},
    {"socketid", &MceRecord::socket, 10},
    {"apic", &MceRecord::apic, 16},
    {"apicid", &MceRecord::apic, 16},
    {"ppin", &MceRecord::ppin, 16},
    {"microcode", &MceRecord::microcode, 16},
});

// Words of a line, cut at blanks and commas; ":" and "=" stand alone, as they part a name from its number.
std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  size_t begin = 0;
  const auto flush = [&](size_t end) {
    if (end > begin) out.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  };
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (Scan::blank(c) || c == ',' || c == ';') {
      flush(i);
    } else if (c == ':' || c == '=') {
      flush(i);
      out.push_back(line.substr(i, 1));
    }
  }
  flush(line.size());
  return out;
}

std::optional<uint64_t> number(std::string_view word, int base) {
  if (word.starts_with("0x") || word.starts_with("0X")) return parse_int<uint64_t>(word.substr(2), 16);
  return parse_int<uint64_t>(word, base);
}

void set(std::optional<uint64_t>& field, std::optional<uint64_t> value) {
  if (value && !field) field = value;
}

// "PROCESSOR 0:406e3": the kernel's number of the vendor (arch/x86/include/asm/processor.h) and the signature.
CpuVendor kernel_vendor(uint64_t number) {
  if (number == 0) return CpuVendor::Intel;
  return number == 2 || number == 9 ? CpuVendor::Amd : CpuVendor::Unknown;  // 9 is Hygon, a Zen
}

// "CPU:21 (19:21:0) MC5_STATUS[-|UE|MiscV|..]: 0xbea0000000000108" of the kernel's EDAC on AMD.
bool read_edac(std::string_view line, MceRecord& record) {
  const size_t at = line.find("_STATUS[");
  const size_t mc = line.rfind("MC", at);
  if (at == std::string_view::npos || mc == std::string_view::npos || at - mc > 5) return false;
  set(record.bank, parse_int<uint64_t>(line.substr(mc + 2, at - mc - 2)));
  Scan scan(line.substr(at));
  if (!scan.until(']')) return false;
  scan.take(':');
  scan.blanks();
  set(record.status, scan.prefixed_hex());
  if (const size_t cpu = line.find("CPU:"); cpu < mc) {
    Scan number_at(line.substr(cpu + 4));
    set(record.cpu, number_at.blanks().decimal());
    number_at.blanks();
    if (number_at.take('(')) {
      const auto family = number_at.hex();
      number_at.take(':');
      const auto model = number_at.hex();
      number_at.take(':');
      const auto stepping = number_at.hex();
      if (family && model && stepping && *family <= 0xff && *model <= 0xff && *stepping <= 0xf) {
        record.processor = {CpuVendor::Amd, static_cast<uint32_t>(*family), static_cast<uint32_t>(*model),
                            static_cast<uint32_t>(*stepping)};
      }
    }
  }
  return true;
}

// "Machine Check: 0 Bank 6: cc59214000041152", "Machine Check Exception: 5 Bank 6: be00..", "Bank 2: d400.. at 182c..".
bool read_bank(std::string_view line, MceRecord& record) {
  const size_t at = line.find("Bank ");
  if (at == std::string_view::npos) return false;
  Scan scan(line.substr(at + 5));
  const auto bank = scan.decimal();
  if (!bank || !scan.take(':')) return false;
  scan.blanks();
  scan.take("0x");
  const auto status = scan.hex();
  if (!status) return false;
  set(record.bank, bank);
  set(record.status, status);
  for (const std::string_view head :
       {std::string_view("Machine Check Exception: "), std::string_view("Machine Check: ")}) {
    if (const size_t mcg = line.find(head); mcg < at) {
      Scan value(line.substr(mcg + head.size()));
      set(record.mcg_status, value.hex());
    }
  }
  if (const size_t cpu = line.find("CPU "); cpu < at) {
    Scan value(line.substr(cpu + 4));
    set(record.cpu, value.decimal());
  }
  return true;
}

// "RIP 10:<ffffffff81234567> {f+0x1/0x2}", "RIP !INEXACT! 33:<00007f..>"
bool read_ip(std::string_view line, MceRecord& record) {
  const size_t at = line.find("RIP ");
  if (at == std::string_view::npos) return false;
  const size_t open = line.find('<', at);
  if (open == std::string_view::npos || open - at > 24) return false;
  Scan scan(line.substr(open + 1));
  const auto ip = scan.hex();
  if (!ip || scan.peek() != '>') return false;
  set(record.ip, ip);
  return true;
}

// "CPUID Vendor Intel Family 6 Model 85" of mcelog, in decimal.
bool read_cpuid(std::string_view line, MceRecord& record) {
  Scan scan(line);
  if (!scan.take("CPUID Vendor ")) return false;
  const std::string_view vendor = scan.word();
  if (!scan.take(" Family ")) return false;
  const auto family = scan.decimal();
  if (!family || !scan.take(" Model ")) return false;
  const auto model = scan.decimal();
  if (!model || *family > 0xff || *model > 0xff) return false;
  record.processor.vendor = vendor == "Intel" ? CpuVendor::Intel
                            : vendor == "AMD" ? CpuVendor::Amd
                                              : CpuVendor::Unknown;
  record.processor.family = static_cast<uint32_t>(*family);
  record.processor.model = static_cast<uint32_t>(*model);
  return true;
}

bool read_words(std::string_view line, MceRecord& record) {
  const auto all = words(line);
  bool any = false;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string name = lower(all[i]);
    size_t next = i + 1;
    while (next < all.size() && (all[next] == ":" || all[next] == "=")) ++next;
    if (next >= all.size()) continue;
    if (name == "processor" && next + 2 < all.size() && all[next + 1] == ":") {
      const auto vendor = number(all[next], 10);
      const auto signature = number(all[next + 2], 16);
      if (!vendor || !signature || *signature > UINT32_MAX) continue;
      record.processor = cpu_model(kernel_vendor(*vendor), static_cast<uint32_t>(*signature));
      any = true;
      i = next + 2;
      continue;
    }
    const auto* key = std::ranges::find(kKeys, name, &Key::name);
    if (key == kKeys.end()) continue;
    const auto value = number(all[next], key->base);
    if (!value) continue;
    // "CPU 0 BANK 1", or mcelog's short "CPU 0 1".
    if (name == "cpu" && i == 0 && next + 1 < all.size() && next + 2 == all.size())
      set(record.bank, number(all[next + 1], 10));
    set(record.*(key->field), value);
    any = true;
    i = next;
  }
  return any;
}

}  // namespace

bool MceRecord::read(std::string_view line) {
  line = trim(line.substr(0, kLongestLine));
  constexpr std::string_view kTag = "[Hardware Error]:";
  if (const size_t tag = line.find(kTag); tag != std::string_view::npos) line = trim(line.substr(tag + kTag.size()));
  if (line.starts_with("(XEN)")) line = trim(line.substr(5));
  if (read_edac(line, *this) || read_bank(line, *this) || read_cpuid(line, *this) || read_ip(line, *this)) return true;
  return read_words(line, *this);
}

}  // namespace inquest::crashtext
