using Berth.Worker.Protocol;
using Berth.Worker.SystemCalls;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Worker.Tests.SystemCalls;

public sealed class SystemCallFilterTests
{
    private const int Self = 4711;
    private const uint Thread = 0x00010000;

    private static readonly Dictionary<string, FilterArchitecture> Architectures = new(StringComparer.Ordinal)
    {
        ["x86_64"] = FilterArchitecture.X64,
        ["aarch64"] = FilterArchitecture.Arm64,
    };

    public static TheoryData<string> All => ["x86_64", "aarch64"];

    [Theory]
    [MemberData(nameof(All))]
    public void What_the_runtime_needs_is_allowed(string architecture)
    {
        var filter = new Filter(architecture);
        foreach (var call in SystemCallTable.Plain.Where(call => filter.NumberOf(call) >= 0))
            filter.Run((uint)filter.NumberOf(call)).ShouldBe(FilterAction.Allow, call.Name);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_number_that_the_table_does_not_name_is_refused(string architecture)
    {
        var filter = new Filter(architecture);
        var named = SystemCallTable.Plain.Concat(SystemCallTable.Judged).Select(filter.NumberOf).ToHashSet();
        for (var number = 0; number <= SystemCallTable.Newest; number++)
        {
            if (!named.Contains(number))
                filter.Run((uint)number).ShouldBe(FilterAction.Refuse, $"number {number}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Calls_newer_than_the_table_and_those_of_x32_do_not_exist(string architecture)
    {
        var filter = new Filter(architecture);
        filter.Run(SystemCallTable.Newest + 1).ShouldBe(FilterAction.Unknown);
        filter.Run(0x40000000).ShouldBe(FilterAction.Unknown);
        filter.Run(0x40000000 + 59).ShouldBe(FilterAction.Unknown);
        filter.Run(uint.MaxValue).ShouldBe(FilterAction.Unknown);
    }

    [Fact]
    public void A_call_of_another_architecture_ends_the_process()
    {
        var program = SystemCallFilter.Build(FilterArchitecture.X64, new WorkerHardening(), Self);
        // i386 and aarch64, by which the same number is another call.
        FilterInterpreter.Run(program, 0x40000003, 1).ShouldBe(FilterAction.Kill);
        FilterInterpreter.Run(program, FilterArchitecture.Arm64.Audit, 63).ShouldBe(FilterAction.Kill);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Threads_are_made_and_processes_and_namespaces_are_not(string architecture)
    {
        var filter = new Filter(architecture);
        filter.Run("clone", Thread | 0x100).ShouldBe(FilterAction.Allow);
        filter.Run("clone", 17).ShouldBe(FilterAction.Refuse);
        foreach (var name in (uint[])[0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000])
            filter.Run("clone", name | Thread).ShouldBe(FilterAction.Refuse);
        filter.Run("clone3", 0).ShouldBe(FilterAction.Unknown);
        foreach (var call in SystemCallTable.Processes.Select(filter.NumberOf).Where(number => number >= 0))
            filter.Run((uint)call).ShouldBe(FilterAction.Refuse);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Where_processes_are_allowed_namespaces_still_are_not(string architecture)
    {
        var filter = new Filter(architecture, new WorkerHardening { AllowProcesses = true });
        filter.Run("clone", 17).ShouldBe(FilterAction.Allow);
        filter.Run("clone", 17 | 0x10000000).ShouldBe(FilterAction.Refuse);
        foreach (var call in SystemCallTable.Processes.Select(filter.NumberOf).Where(number => number >= 0))
            filter.Run((uint)call).ShouldBe(FilterAction.Allow);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_unix_sockets_are_made_unless_the_internet_is_allowed_and_never_raw_ones(string architecture)
    {
        var closed = new Filter(architecture);
        closed.Run("socket", 1, 1).ShouldBe(FilterAction.Allow);
        closed.Run("socket", 2, 1).ShouldBe(FilterAction.NoFamily);
        var open = new Filter(architecture, new WorkerHardening { AllowInternetSockets = true });
        const ulong NonBlocking = 0x800, CloseOnExec = 0x80000;
        foreach (ulong family in (ulong[])[2, 10])
        {
            open.Run("socket", family, 1 | CloseOnExec).ShouldBe(FilterAction.Allow);
            open.Run("socket", family, 2 | NonBlocking).ShouldBe(FilterAction.Allow);
            open.Run("socket", family, 3).ShouldBe(FilterAction.Refuse);
        }

        foreach (ulong other in (ulong[])[16, 17, 38, 40, 31, 0])
            open.Run("socket", other, 1).ShouldBe(FilterAction.NoFamily);
        open.Run("socketpair", 1, 1).ShouldBe(FilterAction.Allow);
        open.Run("socketpair", 2, 1).ShouldBe(FilterAction.NoFamily);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Signals_and_limits_are_for_the_process_itself(string architecture)
    {
        var filter = new Filter(architecture);
        foreach (var call in (string[])["kill", "tgkill", "rt_tgsigqueueinfo"])
        {
            filter.Run(call, Self).ShouldBe(FilterAction.Allow);
            filter.Run(call, Self + 1).ShouldBe(FilterAction.Refuse);
            filter.Run(call, unchecked((uint)-1)).ShouldBe(FilterAction.Refuse);
            filter.Run(call, 0).ShouldBe(FilterAction.Refuse);
        }

        filter.Run("prlimit64", 0).ShouldBe(FilterAction.Allow);
        filter.Run("prlimit64", 1).ShouldBe(FilterAction.Refuse);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Memory_that_counts_for_no_limit_of_a_process_is_refused(string architecture)
    {
        var filter = new Filter(architecture);
        // MAP_PRIVATE or MAP_SHARED of a file, MAP_PRIVATE and MAP_ANONYMOUS
        foreach (ulong flags in (ulong[])[0x02, 0x01, 0x22, 0x4022])
            filter.Run("mmap", 0, 4096, 3, flags).ShouldBe(FilterAction.Allow);
        // MAP_SHARED and MAP_SHARED_VALIDATE of no file, with other flags as well
        foreach (ulong flags in (ulong[])[0x21, 0x23, 0x4021, 0x40021])
            filter.Run("mmap", 0, 4096, 3, flags).ShouldBe(FilterAction.Refuse);
        filter.Run((uint)(architecture == "x86_64" ? 319 : 279)).ShouldBe(FilterAction.Refuse, "memfd_create");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Hardening_cannot_be_taken_back(string architecture)
    {
        var filter = new Filter(architecture);
        filter.Run("prctl", 15).ShouldBe(FilterAction.Allow);
        // The parent's death, dumpable, keep capabilities, securebits, the tracer, a seccomp mode.
        foreach (ulong option in (ulong[])[1, 4, 8, 28, 0x59616D61, 22])
            filter.Run("prctl", option).ShouldBe(FilterAction.Refuse);
        filter.Run("personality", 0xFFFFFFFF).ShouldBe(FilterAction.Allow);
        filter.Run("personality", 0x0040000).ShouldBe(FilterAction.Refuse);
        filter.Run("ioctl", 0, 0x5412).ShouldBe(FilterAction.Refuse);
        // With bits that the kernel does not look at, too.
        filter.Run("ioctl", 0, 0x1_0000_5412).ShouldBe(FilterAction.Refuse);
        filter.Run("ioctl", 0, 0x541B).ShouldBe(FilterAction.Allow);
    }

    [Fact]
    public void Each_call_on_each_argument_has_an_answer()
    {
        var filter = new Filter("x86_64", new WorkerHardening { AllowInternetSockets = true });
        uint[] answers = [FilterAction.Allow, FilterAction.Refuse, FilterAction.Unknown, FilterAction.NoFamily];
        Prop.ForAll<uint, ulong, ulong>((number, first, second) => answers.Contains(filter.Run(number % 600, first, second))).QuickCheckThrowOnFailure();
    }

    private sealed class Filter(string architecture, WorkerHardening? hardening = null)
    {
        private readonly FilterArchitecture _architecture = Architectures[architecture];
        private readonly IReadOnlyList<FilterInstruction> _program = SystemCallFilter.Build(Architectures[architecture], hardening ?? new WorkerHardening(), Self);

        public int NumberOf(SystemCall call) => _architecture.Number(call);

        public uint Run(uint number, params ulong[] arguments) => FilterInterpreter.Run(_program, _architecture.Audit, number, arguments);

        public uint Run(string name, params ulong[] arguments) =>
            Run((uint)NumberOf(SystemCallTable.Judged.Single(call => call.Name == name)), arguments);
    }
}
