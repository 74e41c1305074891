using System.Net.Sockets;
using System.Text;
using System.Threading.RateLimiting;
using Berth.Events;
using Berth.Host.Isolation.Network;
using Berth.Host.Isolation.Worker;
using Berth.Host.Tests.Beds;
using Berth.Worker.Network;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Isolation.Network;

/// <summary>How much of the network a plugin can take, and what the host does with one that tries to take more.</summary>
public sealed class NetworkBoundsTests
{
    private const string Local = "* private 127.0.0.0/8:*";

    [Fact]
    public async Task The_socket_is_for_the_hosts_user_alone_and_then_for_the_workers()
    {
        await using var bed = new ProxyBed();
        File.GetUnixFileMode(bed.Proxy.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (!Environment.IsPrivilegedProcess)
            return;

        bed.Proxy.Admit(ProxyBed.Token, userId: 61999);

        UnixOwner.Of(bed.Proxy.Path).ShouldBe(61999);
        File.GetUnixFileMode(bed.Proxy.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task No_more_goes_through_than_the_bandwidth_gives()
    {
        await using var elsewhere = Elsewhere.Echoing();
        using var sent = Bucket(1000);
        using var received = Bucket(600);
        await using var bed = new ProxyBed(Local, bandwidth: new Bandwidth(sent, received, 100));
        await using var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);

        await tunnel.WriteAsync(new byte[5000]);
        // Both buckets are empty and somebody stands at each.
        await Eventually.BeTrueAsync(() => sent.GetStatistics()!.CurrentQueuedCount == 100 && received.GetStatistics()!.CurrentQueuedCount == 100);
        var through = new byte[600];
        await tunnel.ReadExactlyAsync(through);

        (sent.GetStatistics()!.CurrentAvailablePermits, received.GetStatistics()!.CurrentAvailablePermits).ShouldBe((0, 0));
        (sent.GetStatistics()!.TotalSuccessfulLeases, received.GetStatistics()!.TotalSuccessfulLeases).ShouldBe((10, 6), "of a hundred bytes each");
    }

    [Fact]
    public async Task A_rate_is_kept()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local, change: options => options with { BytesPerSecond = 200_000 });
        await using var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);
        var started = TimeProvider.System.GetTimestamp();

        var writing = tunnel.WriteAsync(new byte[100_000]).AsTask();
        await tunnel.ReadExactlyAsync(new byte[100_000]);
        await writing;

        // The burst is 50,000 bytes; the rest takes a quarter of a second at least, however fast or slow the machine.
        TimeProvider.System.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public async Task One_connection_more_than_there_may_be_is_refused_until_one_ends()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local, change: options => options with { MostConnections = 2 });
        await using var first = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);
        await using (await bed.TunnelAsync("127.0.0.1", elsewhere.Port))
            (await Should.ThrowAsync<NetworkRefusedException>(async () => await bed.TunnelAsync("127.0.0.1", elsewhere.Port))).Code.ShouldBe("network.too_many_connections");

        await Eventually.BeTrueAsync(() => bed.Of<NetworkConnectionClosed>().Count == 1);
        Stream? again = null;
        await Eventually.BeTrueAsync(() => (again ??= TryTunnel(bed, elsewhere.Port)) is not null);
        await again!.DisposeAsync();
    }

    [Fact]
    public async Task A_loop_of_connections_is_stopped_and_told_by_its_number()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local, change: options => options with { ConnectionsPerMinute = 3 });
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            try
            {
                await using var one = await bed.Gate.ConnectAsync("127.0.0.1", elsewhere.Port, new NetworkCaller("ada"), CancellationToken.None);
            }
            catch (NetworkRefusedException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(20);
        bed.Of<NetworkConnectionRefused>().ShouldHaveSingleItem();
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        bed.Gate.Look();
        bed.Of<NetworkConnectionRefused>().Sum(told => told.Count).ShouldBe(refused);
        bed.Of<NetworkConnectionRefused>().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_scan_of_many_hosts_is_told_in_a_bounded_number_of_events()
    {
        await using var bed = new ProxyBed(hosts: "api.example");
        for (var i = 0; i < 500; i++)
            await Should.ThrowAsync<NetworkRefusedException>(async () => await bed.Gate.ConnectAsync($"h{i}.example", 443, new NetworkCaller("ada"), CancellationToken.None));

        bed.Time.Advance(TimeSpan.FromMinutes(1));
        bed.Gate.Look();

        bed.Of<NetworkConnectionRefused>().Count.ShouldBeLessThan(110);
        bed.Of<NetworkConnectionRefused>().Sum(told => told.Count).ShouldBe(500);
    }

    [Fact]
    public async Task What_is_idle_or_too_old_ends()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local, change: options => options with { IdleTime = TimeSpan.FromMinutes(5), TotalTime = TimeSpan.FromMinutes(8) });
        await using var busy = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);
        await using var idle = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);

        bed.Time.Advance(TimeSpan.FromMinutes(4));
        await busy.WriteAsync(new byte[1]);
        await busy.ReadExactlyAsync(new byte[1]);
        bed.Time.Advance(TimeSpan.FromMinutes(2));
        bed.Gate.Look();
        (await idle.ReadAsync(new byte[1])).ShouldBe(0);
        await busy.WriteAsync(new byte[1]);
        await busy.ReadExactlyAsync(new byte[1]);
        bed.Time.Advance(TimeSpan.FromMinutes(3));
        bed.Gate.Look();
        (await busy.ReadAsync(new byte[1])).ShouldBe(0);

        await Eventually.BeTrueAsync(() => bed.Of<NetworkConnectionClosed>().Count == 2);
        bed.Of<NetworkConnectionClosed>().Select(closed => closed.Reason).ShouldBe(["idle", "too_old"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CONN")]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nX: 1\r\n")]
    public async Task A_worker_that_never_ends_its_head_is_cut_off(string beginning)
    {
        await using var bed = new ProxyBed(Local, change: options => options with { HeadTime = TimeSpan.FromMilliseconds(50) });
        using var socket = await bed.ConnectAsync();
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(beginning));
        }
        catch (SocketException)
        {
            // Cut off before it began, on a machine with much to do.
        }

        (await ProxyBed.ReadAsync(socket)).ShouldStartWith("HTTP/1.1 408 ");
        bed.Of<NetworkConnectionRefused>().ShouldHaveSingleItem().Code.ShouldBe("network.timed_out");
    }

    [Fact]
    public async Task An_endless_head_is_cut_off()
    {
        await using var bed = new ProxyBed(Local);
        using var socket = await bed.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes("CONNECT a.example:443 HTTP/1.1\r\n"));
        await Should.ThrowAsync<SocketException>(async () =>
        {
            while (true)
                await socket.SendAsync(Encoding.ASCII.GetBytes("X: " + new string('a', 1000) + "\r\n"));
        });
        bed.Of<NetworkConnectionRefused>().ShouldHaveSingleItem().Code.ShouldBe("network.bad_request");
    }

    [Fact]
    public async Task Garbage_opens_nothing_and_harms_no_other_connection()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(
            (from start in Gen.Elements("", "CONNECT ", "CONNECT a:1 HTTP/1.1\r\n", "GET http://", "\u0016\u0003\u0001", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
             from bytes in Gen.ArrayOf(Gen.Choose(0, 255), 40)
             select start + Encoding.Latin1.GetString([.. bytes.Select(one => (byte)one)]) + "\r\n\r\n").ToArbitrary(),
            text => !bed.RawAsync(text).GetAwaiter().GetResult().StartsWith("HTTP/1.1 200", StringComparison.Ordinal)));

        bed.Of<NetworkConnectionOpened>().ShouldBeEmpty();
        (await bed.Http.GetStringAsync($"http://127.0.0.1:{elsewhere.Port}/")).ShouldBe("hello");
    }

    [Fact]
    public async Task The_end_of_the_proxy_ends_what_goes_through_it_and_takes_the_socket_away()
    {
        await using var elsewhere = Elsewhere.Echoing();
        var bed = new ProxyBed(Local);
        await using var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);
        using var waiting = await bed.ConnectAsync();

        await bed.DisposeAsync();

        (await tunnel.ReadAsync(new byte[1])).ShouldBe(0);
        File.Exists(bed.Proxy.Path).ShouldBeFalse();
        bed.Of<NetworkConnectionClosed>().Single().Reason.ShouldBe("instance_ended");
    }

    [Fact]
    public async Task A_worker_that_goes_away_takes_its_connection_along()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local);
        await (await bed.TunnelAsync("127.0.0.1", elsewhere.Port)).DisposeAsync();

        await Eventually.BeTrueAsync(() => bed.Gate.Count == 0);
        bed.Of<NetworkConnectionClosed>().ShouldHaveSingleItem();
    }

    private static Stream? TryTunnel(ProxyBed bed, int port)
    {
        try
        {
            return bed.TunnelAsync("127.0.0.1", port).AsTask().GetAwaiter().GetResult();
        }
        catch (NetworkRefusedException)
        {
            return null;
        }
    }

    private static TokenBucketRateLimiter Bucket(int bytes) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = bytes,
        TokensPerPeriod = bytes,
        ReplenishmentPeriod = TimeSpan.FromHours(1),
        AutoReplenishment = false,
        QueueLimit = int.MaxValue,
    });
}
