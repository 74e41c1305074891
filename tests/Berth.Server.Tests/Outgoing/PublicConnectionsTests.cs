using System.Net.Sockets;
using Berth.Server.Outgoing;

namespace Berth.Server.Tests.Outgoing;

/// <summary>The one way out: public addresses only, and just the one that was looked at.</summary>
public sealed class PublicConnectionsTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("140.82.112.3", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("127.8.8.8", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.0", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.0.0.8", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.88.99.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::7f00:1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("3fff::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void What_is_public_is_known(string address, bool isPublic) => PublicConnections.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact]
    public async Task A_name_with_a_public_and_a_private_address_reaches_the_public_one_only()
    {
        using var inside = Listener();
        // Nothing answers at the public one of this test; the private one would.
        using var client = Client(_ => [IPAddress.Loopback]);
        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync($"http://rebind.example:{Port(inside)}/"));
        inside.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_is_resolved_once_for_a_connection_so_that_a_second_answer_cannot_differ()
    {
        using var inside = Listener();
        var asked = 0;
        // First a public address, then one of this machine: what a rebinding name server does.
        using var client = Client(_ => Interlocked.Increment(ref asked) == 1 ? [IPAddress.Parse("192.0.2.1")] : [IPAddress.Loopback]);
        for (var i = 0; i < 3; i++)
        {
            var refused = await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync($"http://rebind.example:{Port(inside)}/"));
            refused.GetBaseException().ShouldBeOfType<AddressRefusedException>();
            asked.ShouldBe(i + 1, "once a connection, and connected to just what was looked at");
        }

        inside.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var receiver = Listener();
        var served = Task.Run(async () =>
        {
            using var one = await receiver.AcceptTcpClientAsync();
            (await one.GetStream().ReadAsync(new byte[4096])).ShouldBeGreaterThan(0);
            await one.GetStream().WriteAsync("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        });
        using var client = new HttpClient(PublicConnections.Handler(_ => true));
        using var answer = await client.GetAsync($"http://127.0.0.1:{Port(receiver)}/");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await served;
    }

    private static HttpClient Client(Func<string, IPAddress[]> resolve)
    {
        var handler = PublicConnections.Handler(_ => false, (name, _) => Task.FromResult(resolve(name)));
        handler.UseProxy = false;
        return new HttpClient(handler);
    }

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
