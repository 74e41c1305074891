using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Berth.Events;
using Berth.Host.Tests.Beds;
using Berth.Worker.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Host.Tests.Isolation.Network;

/// <summary>What a plugin reaches through the way out of its worker.</summary>
public sealed class NetworkProxyTests
{
    private const string Local = "* private 127.0.0.0/8:*";

    [Fact]
    public async Task A_client_works_unchanged_and_the_connection_is_told()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local) { Names = { ["api.example"] = _ => ["127.0.0.1"] } };

        (await bed.Http.GetStringAsync($"http://api.example:{elsewhere.Port}/path?q=1")).ShouldBe("hello");

        elsewhere.Heads.Single().ShouldStartWith($"GET /path?q=1 HTTP/1.1\r\nHost: api.example:{elsewhere.Port}\r\n");
        elsewhere.Heads.Single().ShouldNotContain("Berth-");
        bed.Of<NetworkConnectionOpened>().ShouldBe([new NetworkConnectionOpened("Notes", "1.0.0", "api.example", elsewhere.Port, "127.0.0.1")]);
        await Eventually.BeTrueAsync(() => bed.Of<NetworkConnectionClosed>().Count == 1);
        var closed = bed.Of<NetworkConnectionClosed>().Single();
        closed.BytesSent.ShouldBe(elsewhere.Heads.Single().Length);
        closed.BytesReceived.ShouldBeGreaterThan("hello".Length);
        bed.Gate.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Large_bodies_go_both_ways_unharmed()
    {
        var sent = RandomNumberGenerator.GetBytes(3_000_000);
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local, change: options => options with { BytesPerSecond = 1L << 40 });
        await using var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);

        var writing = tunnel.WriteAsync(sent).AsTask();
        var received = new byte[sent.Length];
        await tunnel.ReadExactlyAsync(received);
        await writing;

        received.AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }

    [Fact]
    public async Task TLS_ends_in_the_worker_and_with_whom_it_asked_for()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=api.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var elsewhere = Elsewhere.Serving(async stream =>
        {
            await using var server = new SslStream(stream);
            await server.AuthenticateAsServerAsync(certificate);
            await server.WriteAsync("hello"u8.ToArray());
        });
        await using var bed = new ProxyBed(Local) { Names = { ["api.example"] = _ => ["127.0.0.1"] } };

        await using var client = new SslStream(await bed.TunnelAsync("api.example", elsewhere.Port), false, (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString());
        await client.AuthenticateAsClientAsync("api.example");
        var received = new byte[5];
        await client.ReadExactlyAsync(received);

        received.ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task What_the_manifest_does_not_name_is_denied_with_the_reason()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local, hosts: "api.example:*") { Names = { ["other.example"] = _ => ["127.0.0.1"] } };

        var denied = await Should.ThrowAsync<CapabilityDeniedException>(() => bed.Http.GetAsync($"http://other.example:{elsewhere.Port}/"));

        denied.Capability.ShouldBe(Capabilities.HttpClient);
        denied.Message.ShouldStartWith($"Capability 'network:http-client' is in force, but does not permit this: other.example:{elsewhere.Port} is not among the hosts");
        denied.Message.ShouldContain("api.example:*");
        bed.Of<NetworkConnectionRefused>().ShouldHaveSingleItem().Code.ShouldBe("network.host_not_declared");
        (elsewhere.Count, bed.Asked.Count).ShouldBe((0, 0), "not even its name is looked up");
    }

    [Theory]
    [InlineData("CONNECT smtp.example:25 HTTP/1.1\r\nBerth-Worker: T\r\n\r\n", 403, "network.port_not_granted")]
    [InlineData("CONNECT nobody.example:443 HTTP/1.1\r\nBerth-Worker: T\r\n\r\n", 502, "network.unresolved")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\n\r\n", 407, "network.bad_request")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nBerth-Worker: another's\r\n\r\n", 407, "network.bad_request")]
    [InlineData("CONNECT api.example:443 HTTP/1.1\r\nBerth-Worker: T\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "network.bad_request")]
    [InlineData("GET / HTTP/1.1\r\nHost: a.example\r\nBerth-Worker: T\r\n\r\n", 400, "network.bad_request")]
    [InlineData("GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\nBerth-Worker: T\r\n\r\n", 400, "network.bad_request")]
    [InlineData("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n", 407, "network.bad_request")]
    [InlineData("GET http://user:secret@a.example/ HTTP/1.1\r\nHost: a.example\r\nBerth-Worker: T\r\n\r\n", 400, "network.bad_request")]
    [InlineData("GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1\r\nBerth-Worker: T\r\n\r\n", 403, "network.address_not_public")]
    public async Task A_refusal_has_a_status_a_code_and_a_sentence(string request, int status, string code)
    {
        await using var bed = new ProxyBed();

        var answer = await bed.RawAsync(request.Replace(": T\r", $": {ProxyBed.Token}\r\nBerth-Call: {ProxyBed.Call}\r", StringComparison.Ordinal), "\n\r\nnetwork.");

        answer.ShouldStartWith($"HTTP/1.1 {status} ");
        answer.ShouldContain($"Berth-Network: {code}\r\n");
        bed.Of<NetworkConnectionRefused>().ShouldHaveSingleItem().Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7F.0.0.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("0.0.0.0")]
    [InlineData("0")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[0:0:0:0:0:ffff:7f00:0001]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[::1%1]")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.")]
    [InlineData("inside.example")]
    [InlineData("mapped.example")]
    [InlineData("169.254.169.254")]
    public async Task This_machine_is_not_reached_in_any_notation(string host)
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(hosts: "*:*")
        {
            Names = { ["localhost"] = _ => ["127.0.0.1", "::1"], ["inside.example"] = _ => ["127.0.0.1"], ["mapped.example"] = _ => ["::ffff:127.0.0.1", "64:ff9b::7f00:1"] },
        };

        var answer = await bed.RawAsync($"CONNECT {host}:{elsewhere.Port} HTTP/1.1\r\nBerth-Worker: {ProxyBed.Token}\r\nBerth-Call: {ProxyBed.Call}\r\n\r\n", "\nnetwork.");

        answer[..12].ShouldBeOneOf("HTTP/1.1 403", "HTTP/1.1 400");
        elsewhere.Count.ShouldBe(0);
        bed.Of<NetworkConnectionOpened>().ShouldBeEmpty();
        if (host == "127.0.0.1")
            await Should.ThrowAsync<CapabilityDeniedException>(() => bed.Http.GetAsync($"http://2130706433:{elsewhere.Port}/"));
    }

    [Fact]
    public async Task A_name_whose_answer_changes_is_asked_once_a_connection_and_judged_each_time()
    {
        await using var elsewhere = Elsewhere.Greeting();
        // What a rebinding name server does: one answer for the check, another one for the connection.
        await using var bed = new ProxyBed("* private 127.0.0.7:*") { Names = { ["rebind.example"] = count => [count == 1 ? "10.0.0.1" : "127.0.0.1"] } };

        for (var i = 1; i <= 3; i++)
        {
            await Should.ThrowAsync<CapabilityDeniedException>(() => bed.Http.GetAsync($"http://rebind.example:{elsewhere.Port}/"));
            bed.Asked["rebind.example"].ShouldBe(i);
        }

        elsewhere.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_permitted_are_connected_to()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed("* private 127.0.0.1:*") { Names = { ["mixed.example"] = _ => ["127.0.0.2", "::1", "127.0.0.1"] } };

        (await bed.Http.GetStringAsync($"http://mixed.example:{elsewhere.Port}/")).ShouldBe("hello");

        bed.Of<NetworkConnectionOpened>().Single().Address.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task A_redirect_is_another_request_and_judged_as_one()
    {
        await using var inside = Elsewhere.Greeting();
        await using var elsewhere = Elsewhere.Answering($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:{inside.Port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var bed = new ProxyBed($"* private 127.0.0.1:{elsewhere.Port}");

        await Should.ThrowAsync<CapabilityDeniedException>(() => bed.Http.GetAsync($"http://127.0.0.1:{elsewhere.Port}/"));

        (elsewhere.Count, inside.Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task What_does_not_answer_is_an_ordinary_failure_and_no_denial()
    {
        await using var bed = new ProxyBed(Local) { Names = { ["gone.example"] = _ => ["127.0.0.1"] } };
        int port;
        await using (var gone = Elsewhere.Greeting())
            port = gone.Port;

        var failed = await Should.ThrowAsync<HttpRequestException>(() => bed.Http.GetAsync($"http://gone.example:{port}/"));

        failed.InnerException.ShouldBeOfType<NetworkRefusedException>().Code.ShouldBe("network.unreachable");
        (await Should.ThrowAsync<HttpRequestException>(() => bed.Http.GetAsync("http://nobody.example/"))).InnerException.ShouldBeOfType<NetworkRefusedException>().Code.ShouldBe("network.unresolved");
    }

    [Fact]
    public async Task WebSockets_need_their_own_capability_and_no_other()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var accepted = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[16];
            var message = await accepted.ReceiveAsync(buffer, CancellationToken.None);
            await accepted.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, CancellationToken.None);
            await accepted.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());
        await using var bed = new ProxyBed(Local) { Permitted = new HashSet<string> { Capabilities.WebSocket } };
        using var http = bed.ClientOf(Capabilities.WebSocket);

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, http, CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);

        Encoding.UTF8.GetString(buffer, 0, received.Count).ShouldBe("hello");
        (await Should.ThrowAsync<CapabilityDeniedException>(() => http.GetAsync(address))).Capability.ShouldBe(Capabilities.HttpClient);
        using var without = bed.ClientOf(Capabilities.HttpClient);
        using var another = new ClientWebSocket();
        var denied = await Should.ThrowAsync<Exception>(() => another.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, without, CancellationToken.None));
        denied.GetBaseException().ShouldBeOfType<CapabilityDeniedException>().Capability.ShouldBe(Capabilities.WebSocket);
    }

    [Fact]
    public async Task Plain_requests_are_forwarded_without_what_belongs_to_the_hop_or_to_the_worker()
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local) { Names = { ["api.example"] = _ => ["127.0.0.1"] } };

        var answer = await bed.RawAsync(
            $"POST http://api.example:{elsewhere.Port}/a%2Fb?q=1 HTTP/1.1\r\nHost: api.example:{elsewhere.Port}\r\nBerth-Worker: {ProxyBed.Token}\r\nBerth-Call: {ProxyBed.Call}\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-Own: 2\r\nContent-Length: 2\r\n\r\nhi",
            "hello");

        answer.ShouldStartWith("HTTP/1.1 200 OK\r\n");
        var head = elsewhere.Heads.Single();
        head.ShouldStartWith("POST /a%2Fb?q=1 HTTP/1.1\r\n");
        head.ShouldContain($"Host: api.example:{elsewhere.Port}\r\n");
        head.ShouldContain("X-Own: 2\r\n");
        foreach (var kept in (string[])["Via", "Forwarded", "Berth-", "Proxy-", "X-Hop", "traceparent"])
            head.ShouldNotContain(kept, Case.Insensitive);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("X: 1\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Host: other.example\r\n\r\n")]
    public async Task A_message_that_has_two_readings_reaches_nobody_as_two(string rest)
    {
        await using var elsewhere = Elsewhere.Greeting();
        await using var bed = new ProxyBed(Local);

        await bed.RawAsync($"POST http://127.0.0.1:{elsewhere.Port}/ HTTP/1.1\r\nHost: 127.0.0.1:{elsewhere.Port}\r\nBerth-Worker: {ProxyBed.Token}\r\nBerth-Call: {ProxyBed.Call}\r\n{rest}");

        // RFC 9112, section 6.1: chunked wins over a length, and the length is taken away.
        elsewhere.Heads.ShouldAllBe(head => !head.Contains("\nContent-Length:", StringComparison.OrdinalIgnoreCase) || !head.Contains("\nTransfer-Encoding:", StringComparison.OrdinalIgnoreCase));
        elsewhere.Heads.ShouldAllBe(head => !head.Contains("/admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_capability_in_force_nothing_is_reached_and_what_is_open_ends()
    {
        await using var elsewhere = Elsewhere.Echoing();
        await using var bed = new ProxyBed(Local);
        await using var tunnel = await bed.TunnelAsync("127.0.0.1", elsewhere.Port);

        bed.Permitted = new HashSet<string>();
        bed.Gate.Look();

        (await tunnel.ReadAsync(new byte[1])).ShouldBe(0);
        bed.Of<NetworkConnectionClosed>().Single().Reason.ShouldBe("no_longer_granted");
        (await Should.ThrowAsync<NetworkRefusedException>(async () => await bed.TunnelAsync("127.0.0.1", elsewhere.Port))).Code.ShouldBe("network.not_granted");
    }
}
