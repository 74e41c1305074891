using System.Net;
using System.Net.Sockets;
using Berth.Host.Isolation;
using Berth.Packaging.Enforcement;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>What the catalogue of capabilities says that the kernel keeps from a plugin, tried at every level that says so.</summary>
public sealed class CapabilityEnforcementTests
{
    // What a plugin without the capability tries. Signals to others are tried with the filter itself (Berth.Worker.Tests).
    private static readonly Dictionary<string, string[]> Attempts = new(StringComparer.Ordinal)
    {
        ["network:http-client"] = ["connect {listener}", "call socket_internet"],
        ["network:websocket"] = ["connect {listener}", "call socket_internet6"],
        ["network:tcp-server"] = ["call socket_internet", "call socket_internet6"],
        ["network:raw-socket"] = ["call socket_raw", "call socket_packet", "call socket_netlink"],
        ["filesystem:read-data"] = ["read {secret}", "read /etc/shadow"],
        ["filesystem:write-data"] = ["write {secret}", "write /etc/berth"],
        ["process:spawn-child"] = ["fork", "run /bin/true"],
        ["database:read-only"] = ["connect {listener}", "read {secret}"],
        ["database:read-write"] = ["connect {listener}", "write {secret}"],
        ["database:admin"] = ["connect {listener}", "write {secret}"],
    };

    private static readonly string[] WorkerLevels = [IsolationLevels.Process, IsolationLevels.Sandbox, IsolationLevels.Container];

    public static TheoryData<string> Levels => new(WorkerLevels);

    [Fact]
    public void Every_claim_has_something_that_tries_it() =>
        CapabilityCatalogue.All.Where(entry => WorkerLevels.Any(level => entry.At(level).By.Contains(EnforcementKind.Kernel)))
            .Select(entry => entry.Capability.Name).Except(["process:signal-handling"]).ShouldBe(Attempts.Keys);

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Without_the_capability_it_fails(string level)
    {
        using var bed = new Target();
        var attempts = Attempts.SelectMany(one => one.Value).Select(bed.Fill).Distinct().ToArray();

        foreach (var (attempt, answer) in await ProbeRun.TryAsync(level, attempts))
            Refused(answer).ShouldBeTrue($"{level}: {attempt}: {answer}");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_is_said_not_to_be_possible_even_when_it_is_granted_is_not(string level)
    {
        using var bed = new Target();
        var claims = CapabilityCatalogue.All.Where(entry => entry.At(level).Note?.StartsWith("Not possible", StringComparison.Ordinal) == true).Select(entry => entry.Capability.Name).ToArray();
        claims.ShouldNotBeEmpty();
        var attempts = claims.SelectMany(name => Attempts[name]).Select(bed.Fill).Distinct().ToArray();

        foreach (var (attempt, answer) in await ProbeRun.TryAsync(ProbeRun.Level(level), ProbeRun.Launch(null, claims), attempts))
            Refused(answer).ShouldBeTrue($"{level}: {attempt}: {answer}");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Nothing_of_the_hosts_environment_is_in_a_workers(string level)
    {
        Environment.SetEnvironmentVariable("BERTH_TEST_SECRET", "1");
        (await ProbeRun.TryAsync(ProbeRun.Level(level), ProbeRun.Launch(null, "process:access-env"), "variable BERTH_TEST_SECRET"))["variable BERTH_TEST_SECRET"].ShouldBe("none");
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task What_is_said_to_need_nothing_is_possible_without_it(string level)
    {
        var launch = ProbeRun.Launch();
        var own = Path.Combine(launch.Directory, "file.txt");
        var answers = await ProbeRun.TryAsync(ProbeRun.Level(level), launch, $"read {own}", "big-file 1");
        answers[$"read {own}"].ShouldBe("ok");
        answers["big-file 1"].ShouldStartWith("got 1");
    }

    private static bool Refused(string answer) => answer != "ok" && (answer.StartsWith("errno ", StringComparison.Ordinal) || answer.Contains("Exception", StringComparison.Ordinal) || answer.StartsWith("no", StringComparison.Ordinal));

    /// <summary>Somebody who listens, and a file of the host that is closed to others.</summary>
    private sealed class Target : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string _secret = Path.Combine(ProbeRun.Open("host"), $"secret-{Guid.NewGuid():n}");

        public Target()
        {
            _listener.Start();
            File.WriteAllText(_secret, "x");
            File.SetUnixFileMode(_secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        public string Fill(string attempt) => attempt.Replace("{listener}", _listener.LocalEndpoint.ToString(), StringComparison.Ordinal).Replace("{secret}", _secret, StringComparison.Ordinal);

        public void Dispose()
        {
            _listener.Dispose();
            File.Delete(_secret);
        }
    }
}
