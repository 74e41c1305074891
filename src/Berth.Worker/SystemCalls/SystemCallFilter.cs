using Berth.Worker.Protocol;

namespace Berth.Worker.SystemCalls;

/// <summary>
/// The filter over a worker's system calls: a list of what the runtime and an ordinary plugin need, and nothing else. What is
/// not on it fails with "not permitted"; what is newer than the list fails as if the kernel did not have it, so that libraries
/// fall back. A call of another architecture ends the process: its numbers mean other calls.
/// </summary>
internal static class SystemCallFilter
{
    // Flags of clone(2).
    private const uint CloneThread = 0x00010000;
    private const uint CloneNewNamespaces = 0x7E020000;

    // Families and kinds of socket(2).
    private const uint UnixFamily = 1;
    private const uint InternetFamily = 2;
    private const uint Internet6Family = 10;
    private const uint SocketKind = 0xF;
    private const uint StreamKind = 1;
    private const uint DatagramKind = 2;

    // Flags of mmap(2); that of MAP_SHARED_VALIDATE has the first one's bit.
    private const uint SharedMapping = 0x01;
    private const uint AnonymousMapping = 0x20;

    // Names of prctl(2) that only concern the calling thread's name, the names of mappings, and questions.
    private static readonly uint[] HarmlessOptions = [3, 15, 16, 21, 39, 0x53564D41];

    // TIOCSTI types into a terminal, TIOCLINUX pastes into a console, TIOCSCTTY and TIOCSETD take a terminal over.
    private static readonly uint[] RefusedRequests = [0x5412, 0x541C, 0x540E, 0x5423];

    /// <summary>Builds the filter.</summary>
    /// <param name="architecture">The architecture of the process.</param>
    /// <param name="hardening">What it opens besides.</param>
    /// <param name="processId">The process's id, as it sees it: signals go to itself alone.</param>
    public static IReadOnlyList<FilterInstruction> Build(FilterArchitecture architecture, WorkerHardening hardening, int processId)
    {
        var program = new FilterProgram();
        program.LoadArchitecture().ReturnUnlessEqual(architecture.Audit, FilterAction.Kill);
        program.LoadNumber();
        foreach (var call in SystemCallTable.Judged)
        {
            if (architecture.Number(call) is >= 0 and var number)
                program.ForCall((uint)number, body => Judge(body, call.Name, hardening, (uint)processId));
        }

        // Also the x32 calls, whose numbers have bit 30 set.
        program.ReturnIfGreater(SystemCallTable.Newest, FilterAction.Unknown);
        IEnumerable<SystemCall> allowed =
        [
            .. SystemCallTable.Plain,
            .. hardening.AllowProcesses ? SystemCallTable.Processes : hardening.AllowExecution ? SystemCallTable.Execution : [],
        ];
        foreach (var (first, last) in Ranges(allowed.Select(architecture.Number)))
            program.Range(first, last, FilterAction.Allow, FilterAction.Refuse);
        return program.Return(FilterAction.Refuse).Instructions;
    }

    private static void Judge(FilterProgram body, string name, WorkerHardening hardening, uint processId)
    {
        switch (name)
        {
            case "clone":
                body.LoadArgument(0).ReturnIfAnyBit(CloneNewNamespaces, FilterAction.Refuse);
                if (!hardening.AllowProcesses)
                    body.ReturnUnlessAnyBit(CloneThread, FilterAction.Refuse);
                body.Return(FilterAction.Allow);
                break;
            case "clone3":
                // Its flags lie in memory, where a filter cannot look; without it the C library uses clone.
                body.Return(FilterAction.Unknown);
                break;
            case "socket":
                body.LoadArgument(0).ReturnIfEqual(UnixFamily, FilterAction.Allow);
                if (hardening.AllowInternetSockets)
                    JudgeInternetSocket(body);
                else
                    body.Return(FilterAction.NoFamily);
                break;
            case "socketpair":
                body.LoadArgument(0).ReturnIfEqual(UnixFamily, FilterAction.Allow).Return(FilterAction.NoFamily);
                break;
            case "prctl":
                body.LoadArgument(0);
                foreach (var option in HarmlessOptions)
                    body.ReturnIfEqual(option, FilterAction.Allow);
                body.Return(FilterAction.Refuse);
                break;
            case "ioctl":
                body.LoadArgument(1);
                foreach (var request in RefusedRequests)
                    body.ReturnIfEqual(request, FilterAction.Refuse);
                body.Return(FilterAction.Allow);
                break;
            case "kill" or "tgkill" or "rt_tgsigqueueinfo" when hardening.AllowProcesses:
                body.Return(FilterAction.Allow);
                break;
            case "kill" or "tgkill" or "rt_tgsigqueueinfo":
                body.LoadArgument(0).ReturnIfEqual(processId, FilterAction.Allow).Return(FilterAction.Refuse);
                break;
            case "prlimit64":
                body.LoadArgument(0).ReturnIfEqual(0, FilterAction.Allow).ReturnIfEqual(processId, FilterAction.Allow).Return(FilterAction.Refuse);
                break;
            case "mmap":
                // Memory that only looks like a file counts for no limit of a process.
                body.LoadArgument(3).ReturnUnlessAnyBit(AnonymousMapping, FilterAction.Allow).ReturnIfAnyBit(SharedMapping, FilterAction.Refuse).Return(FilterAction.Allow);
                break;
            case "personality":
                // Only the question which one it is.
                body.LoadArgument(0).ReturnIfEqual(0xFFFFFFFF, FilterAction.Allow).Return(FilterAction.Refuse);
                break;
            default:
                throw new InvalidOperationException($"Nothing says how to judge {name}.");
        }
    }

    /// <summary>Streams and datagrams, and nothing raw.</summary>
    private static void JudgeInternetSocket(FilterProgram body)
    {
        foreach (var family in (uint[])[InternetFamily, Internet6Family])
        {
            body.ForCall(family, inner => inner.LoadArgument(1).Mask(SocketKind)
                .ReturnIfEqual(StreamKind, FilterAction.Allow).ReturnIfEqual(DatagramKind, FilterAction.Allow).Return(FilterAction.Refuse));
        }

        body.Return(FilterAction.NoFamily);
    }

    /// <summary>The numbers as ranges, in order.</summary>
    private static IEnumerable<(uint First, uint Last)> Ranges(IEnumerable<int> numbers)
    {
        (uint First, uint Last)? current = null;
        foreach (uint number in numbers.Where(number => number >= 0).Distinct().Order())
        {
            if (current is { } range && range.Last + 1 == number)
            {
                current = (range.First, number);
                continue;
            }

            if (current is { } done)
                yield return done;
            current = (number, number);
        }

        if (current is { } last)
            yield return last;
    }
}
