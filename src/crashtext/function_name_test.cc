#include "crashtext/function_name.h"

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(FunctionName, IsTheSameOverCompilers) {
  for (const char* name : {"foo", "foo.isra.0", "foo.constprop.3", "foo.part.12", "foo.cold", "foo.isra.0.cold",
                           "foo.llvm.1234567890", ".foo", "foo.cold.17", "foo.cfi_jt", "foo$1a2b3c"}) {
    EXPECT_EQ(without_suffix(name), "foo") << name;
  }
  EXPECT_EQ(without_suffix("foo.bar"), "foo.bar");
  EXPECT_EQ(without_suffix("."), ".");
  EXPECT_EQ(without_suffix(""), "");
}

TEST(FunctionName, IsTheSameOverArchitectures) {
  for (const char* name : {"__x64_sys_read", "__arm64_sys_read", "SyS_read", "SYSC_read", "__se_sys_read",
                           "__do_sys_read", "sys_read", "__ia32_compat_sys_read", "ksys_read"}) {
    EXPECT_EQ(canonical_function(name), "sys_read") << name;
  }
  EXPECT_EQ(canonical_function("SyS_"), "SyS_");
}

TEST(FunctionName, TellsMachineryFromCode) {
  for (const char* name :
       {"dump_stack_lvl", "panic", "__warn", "kasan_report", "asm_exc_page_fault", "_raw_spin_lock", "schedule",
        "memcpy_erms", "kfree", "__list_del_entry_valid", "native_queued_spin_lock_slowpath"}) {
    EXPECT_TRUE(is_machinery(name)) << name;
  }
  for (const char* name : {"arc_evict", "ext4_writepages", "lkdtm_BUG", "nvme_timeout", "process_one_work",
                           "dev_watchdog", "tcp_sendmsg"}) {
    EXPECT_FALSE(is_machinery(name)) << name;
  }
}

}  // namespace
}  // namespace inquest::crashtext
