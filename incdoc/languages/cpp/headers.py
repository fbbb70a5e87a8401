"""The headers of the standard libraries of C and C++, of POSIX and of CUDA.

A list in the code, so that pages do not depend on the machine that builds them.
"""

from __future__ import annotations

_TEXT = """
assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h signal.h
stdalign.h stdarg.h stdatomic.h stdbit.h stdbool.h stdckdint.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h
string.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h algorithm any array atomic barrier bit bitset charconv
chrono codecvt compare complex concepts condition_variable coroutine deque exception execution expected filesystem
flat_map flat_set format forward_list fstream functional future generator initializer_list iomanip ios iosfwd
iostream istream iterator latch limits list locale map mdspan memory memory_resource mutex new numbers numeric
optional ostream print queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location
span spanstream sstream stack stacktrace stdexcept stdfloat stop_token streambuf string string_view strstream
syncstream system_error text_encoding thread tuple type_traits typeindex typeinfo unordered_map unordered_set
utility valarray variant vector version cassert ccomplex cctype cerrno cfenv cfloat cinttypes ciso646 climits
clocale cmath csetjmp csignal cstdalign cstdarg cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar
cwchar cwctype aio.h arpa/inet.h dirent.h dlfcn.h fcntl.h fnmatch.h glob.h grp.h iconv.h langinfo.h libgen.h
malloc.h monetary.h mqueue.h net/if.h netdb.h netinet/in.h netinet/tcp.h nl_types.h poll.h pthread.h pwd.h regex.h
sched.h search.h semaphore.h spawn.h strings.h sys/epoll.h sys/file.h sys/ioctl.h sys/ipc.h sys/mman.h sys/msg.h
sys/param.h sys/resource.h sys/select.h sys/sem.h sys/shm.h sys/socket.h sys/stat.h sys/statvfs.h sys/syscall.h
sys/time.h sys/times.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/wait.h syslog.h termios.h ucontext.h
ulimit.h unistd.h utime.h wordexp.h
"""
STANDARD = frozenset(_TEXT.split())
