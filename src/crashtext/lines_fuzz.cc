// The fuzz target of everything that reads lines: whatever the bytes, no parser leaves them, and what was read can be
// written and read again.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/address.h"
#include "crashtext/aer.h"
#include "crashtext/anatomy.h"
#include "crashtext/cper.h"
#include "crashtext/disk_status.h"
#include "crashtext/function_name.h"
#include "crashtext/line.h"
#include "crashtext/mce.h"
#include "crashtext/nmi.h"
#include "crashtext/nvme_status.h"
#include "crashtext/reset_reason.h"
#include "crashtext/sel_entry.h"
#include "crashtext/signature.h"
#include "crashtext/taint.h"
#include "crashtext/upid.h"
#include "crashtext/xid.h"
#include "crashtext/zed_event.h"

namespace {

using namespace inquest;
using namespace inquest::crashtext;

void require(bool holds, std::string_view law, std::string_view line) {
  if (holds) return;
  fmt::print(stderr, "{}: {}\n", law, printable(line));
  std::abort();
}

void check_prefix(std::string_view line) {
  std::string scratch;
  const bool kernels = read_line(line, scratch).origin == Line::Origin::Kernel;
  require(!kernels || may_be_kernels(line), "a line of the kernel was taken for foreign at a glance", line);
}

void check_frame(std::string_view line) {
  const auto parsed = parse_trace_line(line);
  if (!parsed) return;
  const Frame& frame = parsed->frame;
  require(frame.function.size() <= line.size(), "a function is longer than its line", line);
  // A symbol with its offset reads as itself.
  if (frame.function.empty() || !frame.offset || !frame.size) return;
  size_t length = 0;
  const std::string written = to_string(frame);
  const auto again = parse_symbol(written, &length);
  require(again.has_value() && length == written.size(), "a written frame is not read whole", line);
  require(again->offset == frame.offset && again->module == frame.module, "a written frame reads as another", line);
}

void check_code(std::string_view line, const Registers& registers) {
  const auto code = parse_code(line);
  if (!code) return;
  require(!code->fault || *code->fault < code->bytes.size(), "the fault lies outside of its bytes", line);
  const Disassembly out = disassemble(*code, registers);
  int64_t next = out.instructions.empty() ? 0 : out.instructions.front().offset;
  for (const Instruction& instruction : out.instructions) {
    require(instruction.offset == next, "instructions leave a gap", line);
    next += static_cast<int64_t>((instruction.bytes.size() + 1) / 3);
  }
}

void check_taint(std::string_view line) {
  const auto found = find_taint_text(line);
  if (!found) return;
  require(found->begin <= found->end && found->end <= line.size(), "a taint text lies outside of its line", line);
  if (!found->taint.tainted() || !found->taint.unknown.empty()) return;
  const auto again = parse_taint(found->taint.letters());
  require(again && again->mask == found->taint.mask, "written letters read as another mask", line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto all = lines(bytes);
  const Anatomy anatomy = dissect(all);
  require(!anatomy.guilty || *anatomy.guilty < anatomy.traces.size(), "the guilty trace is none of the traces", bytes);
  (void)make_signature("oops", anatomy.frames(), anatomy.position);
  (void)abrt_signature(anatomy.frames());
  (void)chromeos_signature(bytes, anatomy.arch);

  MceRecord record;
  for (const std::string_view line : all) {
    check_prefix(line);
    check_frame(line);
    check_code(line, anatomy.registers);
    check_taint(line);
    (void)record.read(line);
    (void)canonical_function(line);
    (void)find_fault_address(line);
    (void)find_nmi_reason(line);
    (void)find_xid_number(line);
    (void)find_reset_reason(line);
    (void)read_aer_line(line);
    (void)read_cper(line);
    (void)read_disk_line(line);
    (void)read_nvme_line(line);
    if (const auto entry = parse_sel_entry(line)) (void)read_sel_entry(*entry);
    if (const auto event = parse_zed_event(line)) (void)read_zed_event(*event);
    if (const auto upid = parse_upid(line)) (void)read_upid(*upid);
  }
  (void)read_mce(record);
  if (anatomy.fault_address) (void)read_address(*anatomy.fault_address, anatomy.arch);
  return 0;
}
