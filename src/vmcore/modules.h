// Loaded modules: where they are, what taints them, their symbols, their parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/address.h"
#include "vmcore/address_space.h"
#include "vmcore/kallsyms.h"
#include "vmcore/orc.h"

namespace inquest::vmcore {

class Kernel;

struct AddressRange {
  VirtAddr start;
  uint64_t size = 0;
  bool contains(VirtAddr address) const { return address - start < size; }
};

// A module's ELF symbols as they are in memory, looked through in place.
struct ModuleSymbols {
  VirtAddr symtab, strtab;
  VirtAddr typetab;  // null before v5.2
  uint32_t count = 0;

  // The function or object that begins last at or before the address.
  std::optional<Symbol> at(AddressSpace& space, VirtAddr address) const;
  std::optional<Symbol> find(AddressSpace& space, std::string_view name) const;
  std::vector<Symbol> all(AddressSpace& space) const;
};

struct ModuleParameter {
  std::string name, value;  // the value as sysfs would show it; empty where its type is not known
};

struct Module {
  VirtAddr address;  // of struct module
  std::string name;
  std::string state;                 // "live", "coming", "going", "unformed"
  AddressRange base;                 // the core layout, or the module's text since v6.4
  uint64_t size = 0;                 // bytes of all of it, as lsmod shows
  std::vector<AddressRange> ranges;  // all its memory
  std::vector<AddressRange> text;
  uint64_t taints = 0;  // bits as in /proc/sys/kernel/tainted
  int64_t references = -1;
  ModuleSymbols symbols;
  OrcTable orc;

  bool has_text(VirtAddr address) const;
};

struct ModuleList {
  std::vector<Module> modules;        // as the kernel's list has them: the one loaded last comes first
  std::vector<std::string> problems;  // what could not be followed

  // The module whose memory holds the address, or null.
  const Module* at(VirtAddr address) const;
  const Module* find(std::string_view name) const;
};

ModuleList read_modules(Kernel& kernel);
// Integers, booleans and strings; others are named without a value.
std::vector<ModuleParameter> parameters_of(Kernel& kernel, const Module& module);
// "OE": the letters of the bits that a module can have.
std::string module_taint_letters(uint64_t taints);

}  // namespace inquest::vmcore
