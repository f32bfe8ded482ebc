// Whatever the buffer: records come out of it, as many as fit into it at most, or an error with words.
#include "vmcore/printk.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "support/fuzz_memory.h"

namespace {

using inquest::testing::FuzzMemory;

// As v5.10 tells where its ring buffer is, and v4.19 where its records are.
std::string ring() {
  return fmt::format(
      "SYMBOL(prb)={:x}\nSIZE(printk_ringbuffer)=80\nOFFSET(printk_ringbuffer.desc_ring)=0\n"
      "OFFSET(printk_ringbuffer.text_data_ring)=40\nOFFSET(printk_ringbuffer.fail)=72\nSIZE(prb_desc_ring)=40\n"
      "OFFSET(prb_desc_ring.count_bits)=0\nOFFSET(prb_desc_ring.descs)=8\nOFFSET(prb_desc_ring.infos)=16\n"
      "OFFSET(prb_desc_ring.head_id)=24\nOFFSET(prb_desc_ring.tail_id)=32\nSIZE(prb_desc)=24\n"
      "OFFSET(prb_desc.state_var)=0\nOFFSET(prb_desc.text_blk_lpos)=8\nSIZE(prb_data_blk_lpos)=16\n"
      "OFFSET(prb_data_blk_lpos.begin)=0\nOFFSET(prb_data_blk_lpos.next)=8\nSIZE(printk_info)=88\n"
      "OFFSET(printk_info.seq)=0\nOFFSET(printk_info.ts_nsec)=8\nOFFSET(printk_info.text_len)=16\n"
      "OFFSET(printk_info.caller_id)=20\nSIZE(prb_data_ring)=32\nOFFSET(prb_data_ring.size_bits)=0\n"
      "OFFSET(prb_data_ring.data)=8\nSIZE(atomic_long_t)=8\nOFFSET(atomic_long_t.counter)=0\n",
      FuzzMemory::kStart);
}
std::string records() {
  return fmt::format(
      "SYMBOL(log_buf)={0:x}\nSYMBOL(log_buf_len)={1:x}\nSYMBOL(log_first_idx)={2:x}\nSYMBOL(log_next_idx)={3:x}\n"
      "SIZE(printk_log)=16\nOFFSET(printk_log.ts_nsec)=0\nOFFSET(printk_log.len)=8\nOFFSET(printk_log.text_len)=10\n"
      "OFFSET(printk_log.dict_len)=12\n",
      FuzzMemory::kStart, FuzzMemory::kStart + 8, FuzzMemory::kStart + 12, FuzzMemory::kStart + 16);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace inquest::vmcore;
  if (size > 65536) return 0;
  FuzzMemory memory({reinterpret_cast<const char*>(data), size});
  for (const std::string& text : {ring(), records()}) {
    const auto log = read_log(memory.space(), VmcoreInfo::parse(text));
    if (!log) {
      if (log.error().message.empty()) std::abort();
      continue;
    }
    for (const LogRecord& record : log->records) (void)log_line(record, true);
  }
  return 0;
}
