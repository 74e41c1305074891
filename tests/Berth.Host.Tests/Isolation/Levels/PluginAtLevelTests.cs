using System.Net;
using System.Text;
using Berth.Events;
using Berth.Host.Dispatch;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Network;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;
using Berth.Host.Tests.Isolation.Network;

namespace Berth.Host.Tests.Isolation.Levels;

/// <summary>A real plugin in the real worker, at each level.</summary>
public sealed class PluginAtLevelTests
{
    [Theory]
    [MemberData(nameof(EveryLevelTests.Levels), MemberType = typeof(EveryLevelTests))]
    public async Task A_plugin_serves_with_its_users_data_and_leaves_nothing(string level)
    {
        await using var bed = await StartAsync(level);
        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        using var document = new StringContent("{\"a\":1}", Encoding.UTF8, "application/json");
        (await bed.Http.PutAsync("/p/Echo/1.0.0/data/one", document)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await bed.User.Data.GetJsonAsync("one")).ShouldBe("{\"a\":1}");
        using var large = new StringContent(new string('x', 1 << 20));
        (await (await bed.Http.PostAsync("/p/Echo/1.0.0/echo", large)).Content.ReadAsStringAsync()).Length.ShouldBe(1 << 20);
        bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe(level);
    }

    [Theory]
    [MemberData(nameof(EveryLevelTests.Levels), MemberType = typeof(EveryLevelTests))]
    public async Task What_is_granted_goes_out_through_the_proxy_and_nothing_else_does(string level)
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = await StartAsync(level, "* private 127.0.0.1:*");
        bed.User.GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient };

        (await bed.Http.GetStringAsync(Fetch("127.0.0.1", elsewhere.Port))).ShouldBe("hello");
        var refused = (await bed.OutcomeAsync(Fetch("127.0.0.2", elsewhere.Port))).ShouldBeOfType<DispatchOutcome.Denied>();

        refused.Code.ShouldBe("capability.denied");
        bed.Events.Of<NetworkConnectionOpened>().ShouldHaveSingleItem().Address.ShouldBe("127.0.0.1");
        bed.User.GrantedCapabilities = new HashSet<string>();
        (await bed.OutcomeAsync(Fetch("127.0.0.1", elsewhere.Port))).ShouldBeOfType<DispatchOutcome.Denied>().Reason.ShouldContain("not granted");
        elsewhere.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(EveryLevelTests.Levels), MemberType = typeof(EveryLevelTests))]
    public async Task Without_the_capability_there_is_no_proxy_and_that_of_another_is_not_to_be_seen(string level)
    {
        await using var bed = await StartAsync(level);
        (await bed.Http.GetStringAsync("/p/Hungry/1.0.0/ping")).ShouldBe("pong");
        var folder = bed.Get<WorkerRunFolder>().Path;
        Directory.GetFiles(folder, "n*.sock").ShouldBeEmpty();

        (await bed.Http.GetStringAsync("/p/Echo/1.0.0/version")).ShouldBe("1.0.0");
        var proxy = Directory.GetFiles(folder, "n*.sock").ShouldHaveSingleItem();

        // At the level of processes all see the machine's files: there the socket's owner and the proxy's secrets keep others out (Berth.Hostile.Tests).
        if (level != IsolationLevels.Process)
            (await bed.Http.GetStringAsync("/p/Hungry/1.0.0/sees?path=" + Uri.EscapeDataString(proxy))).ShouldBe("nothing");
    }

    private static Task<PluginBed> StartAsync(string level, string rules = "") => PluginBed.StartAsync(
        new HostOptions
        {
            InProcessTrustLevels = new HashSet<string>(),
            WorkerLevels = new Dictionary<string, string> { ["verified"] = level, ["community"] = level, ["untrusted"] = level },
            Network = new NetworkOptions { Rules = NetworkRule.Parse(rules) },
        },
        ProbeRun.Level(level, WorkerProgram.Find));

    private static string Fetch(string host, int port) => $"/p/Echo/1.0.0/http?url={Uri.EscapeDataString($"http://{host}:{port}/")}";
}
