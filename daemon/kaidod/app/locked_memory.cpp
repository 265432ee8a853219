#include "app/locked_memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace kaido {
namespace {

/// Code and constants of the program itself, which is the first that is told of.
int populate(dl_phdr_info* program, std::size_t /*size*/, void* /*unused*/) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < program->dlpi_phnum; ++i) {
    const auto& segment = program->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const auto begin = (program->dlpi_addr + segment.p_vaddr) / page * page;
    const auto end = program->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_READ);
  }
  return 1;
}

}  // namespace

std::error_code stay_in_memory() {
  malloc_trim(0);
  // On fault: what was mapped and never touched costs nothing.
  if (mlockall(MCL_CURRENT | MCL_ONFAULT) != 0) return {errno, std::generic_category()};
  dl_iterate_phdr(populate, nullptr);
  return {};
}

}  // namespace kaido
