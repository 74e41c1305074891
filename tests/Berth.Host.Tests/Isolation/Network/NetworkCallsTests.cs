using System.Text;
using Berth.Events;
using Berth.Host.Isolation.Network;
using Berth.Host.Tests.Beds;
using Berth.Worker.Network;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Isolation.Network;

/// <summary>Whose call a connection is opened in, and beside which calls it may send.</summary>
public sealed class NetworkCallsTests
{
    private const string Local = "* private 127.0.0.0/8:*";
    private const string Declined = "the call of one who declined";
    private const string KeepsAlive = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory]
    [InlineData(null, "network.no_call")]
    [InlineData("", "network.no_call")]
    [InlineData("1", "network.no_call")]
    [InlineData(Declined, "network.not_granted")]
    public async Task A_tunnel_needs_a_call_that_runs_of_a_user_who_granted_it(string? call, string code)
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local);
        bed.Enter(Declined, "bob");

        var refused = await Should.ThrowAsync<NetworkRefusedException>(async () => await bed.TunnelAsync("127.0.0.1", elsewhere.Port, call));

        (refused.Code, refused.IsDenial, elsewhere.Count).ShouldBe((code, true, 0));
        bed.Of<NetworkConnectionRefused>().ShouldHaveSingleItem().Code.ShouldBe(code);
        bed.UsersOf<NetworkConnectionRefused>().ShouldBe([call == Declined ? "bob" : null]);
    }

    [Fact]
    public async Task A_call_that_is_over_opens_nothing_any_more()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local);
        using var ending = new CancellationTokenSource();
        bed.Calls.Enter("late", new TestUser("ada") { GrantedCapabilities = new HashSet<string> { Capabilities.HttpClient } }, ending.Token);
        await ending.CancelAsync();

        (await RefusedAsync("late")).ShouldBe("network.no_call", "its time is over, though it has not come back");
        bed.Calls.Leave(ProxyBed.Call);
        (await RefusedAsync(ProxyBed.Call)).ShouldBe("network.no_call");

        async Task<string> RefusedAsync(string call) => (await Should.ThrowAsync<NetworkRefusedException>(async () => await bed.TunnelAsync("127.0.0.1", elsewhere.Port, call))).Code;
    }

    [Theory]
    [InlineData("", 403, "network.no_call")]
    [InlineData("Berth-Call: " + Declined + "\r\n", 403, "network.not_granted")]
    [InlineData("Berth-Call: " + ProxyBed.Call + "\r\n", 200, "")]
    public async Task A_plain_request_says_its_call_too(string field, int status, string code)
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local);
        bed.Enter(Declined, "bob");

        var answer = await bed.RawAsync($"GET http://127.0.0.1:{elsewhere.Port}/ HTTP/1.1\r\nHost: 127.0.0.1:{elsewhere.Port}\r\nBerth-Worker: {ProxyBed.Token}\r\n{field}\r\n", status == 200 ? "hello" : "\n\r\nnetwork.");

        answer.ShouldStartWith($"HTTP/1.1 {status} ");
        if (status == 200)
        {
            elsewhere.Heads.Single().ShouldNotContain("Berth-");
            return;
        }

        answer.ShouldContain($"Berth-Network: {code}\r\n");
        elsewhere.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Each_request_of_one_plain_connection_is_judged_by_its_own_call()
    {
        await using var elsewhere = Elsewhere.Serving(AnswerAllAsync);
        await using var bed = new ProxyBed(Local);
        bed.Enter(Declined, "bob");
        using var socket = await bed.ConnectAsync();

        await socket.SendAsync(Encoding.ASCII.GetBytes(Get(elsewhere, ProxyBed.Call)));
        (await ProxyBed.ReadAsync(socket, "hello")).ShouldStartWith("HTTP/1.1 200 ");
        await socket.SendAsync(Encoding.ASCII.GetBytes(Get(elsewhere, Declined)));

        (await ProxyBed.ReadAsync(socket, "\n\r\nnetwork.")).ShouldContain("Berth-Network: network.not_granted\r\n");
    }

    [Fact]
    public async Task What_is_sent_through_an_open_connection_waits_for_a_call_of_a_user_who_granted_it()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local);
        await using var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);
        await tunnel.WriteAsync(new byte[] { 1 });
        await tunnel.ReadExactlyAsync(new byte[1]);

        bed.Calls.Leave(ProxyBed.Call);
        bed.Enter(Declined, "bob");
        await tunnel.WriteAsync(new byte[] { 2 });
        var answered = tunnel.ReadExactlyAsync(new byte[1]).AsTask();
        // The host has what was written, and somebody stands at the door with it.
        await Eventually.BeTrueAsync(() => bed.Calls.Waiting > 0);
        (answered.IsCompleted, bed.Calls.MaySend).ShouldBe((false, false));
        bed.Of<NetworkConnectionClosed>().ShouldBeEmpty();

        bed.Enter("another of hers", "ada", Capabilities.HttpClient);
        await answered;
    }

    [Fact]
    public async Task A_connection_that_is_closed_while_nothing_may_be_sent_takes_what_was_not_sent_along()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local);
        await using (var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port))
        {
            bed.Calls.Leave(ProxyBed.Call);
            await tunnel.WriteAsync(new byte[] { 2 });
            await Eventually.BeTrueAsync(() => bed.Calls.Waiting > 0);
        }

        await Eventually.BeTrueAsync(() => bed.Of<NetworkConnectionClosed>().Count == 1);
        bed.Of<NetworkConnectionClosed>().Single().BytesSent.ShouldBe(0);
        bed.Calls.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Users_who_granted_it_share_connections_and_it_is_told_who_opened_one()
    {
        await using var elsewhere = Elsewhere.Serving(AnswerAllAsync);
        await using var bed = new ProxyBed(Local);
        (await bed.Http.GetStringAsync($"http://127.0.0.1:{elsewhere.Port}/")).ShouldBe("hello");
        bed.Calls.Leave(ProxyBed.Call);
        bed.Enter("carol's", "carol", Capabilities.HttpClient);
        using var hers = bed.Worker.CreateClient(_ => { }, "carol's", CancellationToken.None);

        (await hers.GetStringAsync($"http://127.0.0.1:{elsewhere.Port}/")).ShouldBe("hello");

        elsewhere.Count.ShouldBe(1);
        bed.UsersOf<NetworkConnectionOpened>().ShouldBe(["ada"]);
    }

    [Fact]
    public void Something_may_be_sent_exactly_while_a_call_runs_whose_user_granted_what_is_in_force()
    {
        string[] capabilities = [Capabilities.HttpClient, Capabilities.WebSocket, "filesystem:read-data"];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            (from inForce in Gen.SubListOf(capabilities)
             from steps in Gen.ListOf(from call in Gen.Choose(0, 5) from granted in Gen.SubListOf(capabilities) select (Call: call, Granted: granted), 30)
             select (inForce, steps)).ToArbitrary(),
            it =>
            {
                var calls = new NetworkCalls(new PluginVersionId("Notes", "1.0.0"), () => it.inForce.ToHashSet());
                var running = new Dictionary<int, bool>();
                foreach (var (call, granted) in it.steps)
                {
                    if (running.Remove(call))
                    {
                        calls.Leave($"{call}");
                    }
                    else
                    {
                        calls.Enter($"{call}", new TestUser("u") { GrantedCapabilities = granted.ToHashSet() }, CancellationToken.None);
                        running[call] = granted.Intersect(it.inForce).Any(name => name.StartsWith("network:", StringComparison.Ordinal));
                    }

                    if (calls.MaySend != running.ContainsValue(true))
                        return false;
                }

                return true;
            }));
    }

    private static string Get(Elsewhere elsewhere, string call) =>
        $"GET http://127.0.0.1:{elsewhere.Port}/ HTTP/1.1\r\nHost: 127.0.0.1:{elsewhere.Port}\r\nBerth-Worker: {ProxyBed.Token}\r\nBerth-Call: {call}\r\n\r\n";

    private static async Task AnswerAllAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
                await stream.WriteAsync(Encoding.ASCII.GetBytes(KeepsAlive));
        }
    }
}
