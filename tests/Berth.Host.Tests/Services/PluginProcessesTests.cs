using System.Net;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;
using Berth.Host.Offers;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Isolation.Levels;

namespace Berth.Host.Tests.Services;

/// <summary>Programs that the administrator offers: real ones, each in a sandbox of its own, the same for a plugin in the host's process and for one in a sandbox that can start nothing itself.</summary>
public sealed class PluginProcessesTests : IDisposable
{
    private const string Plugin = "/p/Hungry/1.0.0";
    private readonly string _root = Directory.CreateTempSubdirectory("berth-programs-").FullName;

    public static TheoryData<string> Levels => [IsolationLevels.None, IsolationLevels.Sandbox];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task With_the_capability_an_offered_program_gets_arguments_and_input_as_they_are_and_its_end_is_told(string level)
    {
        await using var bed = await StartAsync(level);

        (await bed.Http.GetStringAsync(Plugin + "/programs")).ShouldBe("sh printf cat own");
        (await RunAsync(bed, "cat", "input\n")).ShouldBe("0|input\n|");
        (await RunAsync(bed, "printf", "", "%s,", "$(id)", "; ls", "*", "a b", "", "ä", "-x", "--", "&&")).ShouldBe("0|$(id),; ls,*,a b,,ä,-x,--,&&,|");
        (await RunAsync(bed, "sh", "", "-c", "echo out; echo wrong >&2; exit 7")).ShouldBe("7|out\n|wrong\n");
        (await RunAsync(bed, "sh", "", "-c", "kill -9 $$")).ShouldStartWith("137|");

        bed.Get<LimitWatch>().Round();
        bed.Events.Of<CapabilityUsed>().Select(used => used.Capability).Distinct().ShouldBe(["process:spawn-child"]);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_program_has_no_network_no_files_of_the_machine_and_nothing_of_the_hosts_environment(string level)
    {
        Environment.SetEnvironmentVariable("BERTH_TEST_SECRET", "1");
        await using var bed = await StartAsync(level);

        (await ShellAsync(bed, "tail -n +3 /proc/net/dev | cut -d: -f1")).Trim().ShouldBe("lo");
        (await ShellAsync(bed, "ls -A /")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBeSubsetOf(["bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "tmp", "usr"]);
        (await ShellAsync(bed, "ls -A /etc")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBeSubsetOf(["alternatives", "fonts", "ld.so.cache", "localtime"]);
        (await ShellAsync(bed, "ls -A /tmp; ls -d /proc/[0-9]* | wc -l")).Trim().ShouldBeOneOf("3", "4", "5");
        (await ShellAsync(bed, "env | cut -d= -f1 | sort | tr '\\n' ' '")).Trim().ShouldBe("HOME LANG PATH PWD TMPDIR");
        (await ShellAsync(bed, "for f in /x /usr/x /dev/x /etc/x; do echo x 2>/dev/null > $f && echo $f; done; echo x > /tmp/x && cat /tmp/x")).ShouldBe("x\n");
        (await ShellAsync(bed, "unshare -r true 2>/dev/null && echo yes; mount -t tmpfs x /tmp 2>/dev/null && echo yes; head -c 70000000 /dev/zero 2>/dev/null > /tmp/x && echo yes; echo no")).ShouldBe("no\n");
        if (Environment.IsPrivilegedProcess)
            (await ShellAsync(bed, "id -u")).Trim().ShouldNotBe("0");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_the_user_declined_is_refused_with_the_capabilitys_name(string level)
    {
        await using var bed = await StartAsync(level, isGranted: false);
        foreach (var request in (Func<Task<HttpResponseMessage>>[])[() => bed.Http.GetAsync(Plugin + "/programs"), () => bed.Http.PostAsync(Plugin + "/run?program=cat", new StringContent(""))])
        {
            using var answer = await request();
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("process:spawn-child");
            bed.Outcomes.Last().ShouldBeOfType<DispatchOutcome.Denied>().Code.ShouldBe("capability.denied");
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_program_that_runs_for_ever_ends_with_the_call_and_with_all_that_it_started(string level)
    {
        await using var bed = await StartAsync(level);
        var seconds = $"{Random.Shared.Next(100_000, 1_000_000)}.25";
        using var client = new CancellationTokenSource();
        var running = bed.Http.PostAsync($"{Plugin}/run?program=sh&a=-c&a={Uri.EscapeDataString($"sleep {seconds} & setsid sleep {seconds}")}", new StringContent(""), client.Token);
        await Eventually.BeTrueAsync(() => Running(seconds) >= 2);

        await client.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await Eventually.BeTrueAsync(() => Running(seconds) == 0);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Output_beyond_the_bound_ends_the_program_and_errors_beyond_theirs_are_cut(string level)
    {
        await using var bed = await StartAsync(level);

        (await RunAsync(bed, "sh", "", "-c", "head -c 8388608 /dev/zero")).ShouldBe("0|8388608 bytes|");
        (await RunAsync(bed, "sh", "", "-c", "cat /dev/zero")).ShouldStartWith("IOException: 'sh' wrote more than 8388608 bytes");
        (await RunAsync(bed, "sh", "", "-c", "head -c 200000 /dev/zero | tr '\\0' x >&2; echo whole")).ShouldBe("0|whole\n|65536 characters");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_cannot_be_run_is_told_in_plain_words(string level)
    {
        await using var bed = await StartAsync(level);

        (await RunAsync(bed, "bash", "")).ShouldBe("FileNotFoundException: The administrator offers no program of that name to plugins (BERTH_PLUGIN_PROGRAMS).");
        (await RunAsync(bed, "/bin/sh", "")).ShouldStartWith("FileNotFoundException: ");
        (await RunAsync(bed, "printf", "", "a\0b")).ShouldStartWith("ArgumentException: An argument is text without the character 0.");
        (await RunAsync(bed, "cat", new string('x', (8 << 20) + 1))).ShouldStartWith("ArgumentException: A program is given up to 8388608 bytes of input.");
        (await RunAsync(bed, "cat", new string('x', 8 << 20))).ShouldBe("0|8388608 bytes|");
    }

    [Fact]
    public async Task A_program_outside_of_the_machines_folders_is_seen_alone_and_has_to_be_readable_to_its_user()
    {
        await using var bed = await StartAsync(IsolationLevels.None);
        File.WriteAllText(Path.Combine(_root, "secret"), "x");
        if (Environment.IsPrivilegedProcess)
            (await RunAsync(bed, "own", "")).ShouldMatch("^IOException: 'own' could not be started: .* closed to others");

        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);

        (await RunAsync(bed, "own", "", _root)).ShouldBe("0|tool\n|");
    }

    [Fact]
    public async Task More_programs_than_run_at_once_all_come_to_their_end()
    {
        await using var bed = await StartAsync(IsolationLevels.None);

        var ends = await Task.WhenAll(Enumerable.Range(0, 7).Select(number => RunAsync(bed, "printf", "", $"{number}")));

        ends.ShouldBe(Enumerable.Range(0, 7).Select(number => $"0|{number}|"));
    }

    [Fact]
    public async Task Without_a_sandbox_nothing_is_run()
    {
        await using var bed = await StartAsync(IsolationLevels.None, hasSandbox: false);

        (await RunAsync(bed, "cat", "x")).ShouldMatch("^InvalidOperationException: 'cat' is not run: .* It is never run without one\\.$");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static int Running(string argument) => Directory.EnumerateDirectories("/proc").Count(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).StartsWith($"sleep\0{argument}", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task<string> ShellAsync(PluginBed bed, string script)
    {
        var answer = await RunAsync(bed, "sh", "", "-c", script);
        answer.ShouldStartWith("0|");
        return answer.Split('|')[1];
    }

    private static async Task<string> RunAsync(PluginBed bed, string program, string input, params string[] arguments)
    {
        var query = string.Concat(arguments.Select(argument => $"&a={Uri.EscapeDataString(argument)}"));
        using var answer = await bed.Http.PostAsync($"{Plugin}/run?program={Uri.EscapeDataString(program)}{query}", new StringContent(input));
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<PluginBed> StartAsync(string level, bool isGranted = true, bool hasSandbox = true)
    {
        var own = Path.Combine(_root, "tool");
        File.WriteAllText(own, "#!/bin/sh\nls -A \"${1:-/tmp}\"\n");
        File.SetUnixFileMode(own, (UnixFileMode)0b111_101_101);
        var options = new HostOptions
        {
            PluginPrograms = [new OfferedProgram("sh", "/bin/sh"), new OfferedProgram("printf", "/usr/bin/printf"), new OfferedProgram("cat", "/bin/cat"), new OfferedProgram("own", own)],
            InProcessTrustLevels = level == IsolationLevels.None ? new HashSet<string> { "internal" } : new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["internal"] = level },
        };
        var bed = await PluginBed.StartAsync(options, level: hasSandbox ? ProbeRun.Level(IsolationLevels.Sandbox, WorkerProgram.Find) : new BareLevel());
        // The capability is critical: no other level of trust permits it by itself.
        bed.Source.Trust("Hungry", "internal");
        bed.User.GrantedCapabilities = isGranted ? new HashSet<string> { "process:spawn-child" } : new HashSet<string>();
        return bed;
    }
}
