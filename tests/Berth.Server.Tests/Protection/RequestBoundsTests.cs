using System.Net.Sockets;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Protection;

/// <summary>Requests that are too large or too slow, on real sockets.</summary>
public sealed class RequestBoundsTests(RequestBoundsTests.Shared shared, ServerFixture patient) : IClassFixture<RequestBoundsTests.Shared>, IClassFixture<ServerFixture>
{
    private readonly TestServer _server = shared.Server;

    // What is too large is not to be too slow as well.
    private readonly TestServer _patient = patient.Server;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_that_is_too_long_is_a_problem_that_says_so(bool atRegistry)
    {
        using var client = atRegistry ? _patient.Registry() : _patient.Host();
        using var fits = await client.GetAsync("/api/v1?x=" + new string('a', 8_000));
        fits.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await client.GetAsync("/api/v1?x=" + new string('a', 9_000));
        await refused.ShouldBeProblemAsync(HttpStatusCode.RequestUriTooLong, "request.target_too_long");
        refused.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 40_000)]
    [InlineData(5, 7_000)]
    [InlineData(120, 1)]
    public async Task Headers_that_are_too_many_or_too_large_are_a_problem_that_says_so(int count, int length)
    {
        foreach (var client in new[] { _patient.Host(), _patient.Registry() })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1");
            for (var i = 0; i < count; i++)
                request.Headers.Add($"X-Filler-{i}", new string('a', length));
            using var refused = await client.SendAsync(request);
            await refused.ShouldBeProblemAsync(HttpStatusCode.RequestHeaderFieldsTooLarge, "request.headers_too_large");
        }
    }

    [Theory]
    [InlineData("/api/v1?x=", 20_000, "", 0, "414")]
    [InlineData("/api/v1", 0, "X-Filler: ", 80_000, "431")]
    public async Task What_is_far_too_large_is_not_even_read(string target, int more, string header, int length, string status)
    {
        var answer = await TalkAsync(_patient.HostUrl, $"GET {target}{new string('a', more)} HTTP/1.1\r\nHost: x\r\n{(header.Length == 0 ? "" : header + new string('a', length) + "\r\n")}\r\n");
        answer.ShouldStartWith($"HTTP/1.1 {status}");
    }

    [Fact]
    public async Task Each_route_reads_no_more_of_a_body_than_it_takes()
    {
        using var json = new StringContent("{\"username\":\"" + new string('a', 2_000_000) + "\"}", Encoding.UTF8, "application/json");
        using var refused = await _patient.Host(token: null).PostAsync("/api/v1/auth/login", json);
        await refused.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "request.too_large");

        // Promised, never sent: the answer comes before the body.
        var answer = await TalkAsync(_patient.RegistryUrl, $"PUT /api/v1/plugins/Huge/1.0.0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminToken}\r\nContent-Length: 999999999\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 413");
    }

    [Fact]
    public async Task A_head_that_does_not_end_ends_the_connection()
    {
        var answer = await TalkAsync(_server.HostUrl, "GET /api/v1 HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        answer.ShouldStartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task A_head_that_comes_a_byte_at_a_time_ends_the_connection()
    {
        var address = new Uri(_server.RegistryUrl);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = reader.ReadToEndAsync();
        try
        {
            foreach (var letter in "GET /api/v1 HTTP/1.1\r\nHost: x\r\n" + new string('a', 100_000))
            {
                await stream.WriteAsync(new[] { (byte)letter });
                if (await Task.WhenAny(answer, Task.Delay(100)) == answer)
                    break;
            }
        }
        catch (IOException)
        {
            // The connection is gone; that is the point.
        }

        (await EndAsync(answer)).ShouldStartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up()
    {
        var answer = await TalkAsync(_server.HostUrl, "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nAccept: application/problem+json\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{");
        answer.ShouldStartWith("HTTP/1.1 408");
        answer.ShouldContain("request.timeout");
    }

    [Fact]
    public async Task A_connection_that_asks_for_nothing_is_closed() => (await TalkAsync(_server.HostUrl, "")).ShouldBeEmpty();

    [Fact]
    public async Task More_connections_than_allowed_are_closed_at_once()
    {
        await using var server = await TestServer.StartAsync(settings => settings with { Web = new WebSettings { MaxConnections = 3, KeepAlive = TimeSpan.FromMinutes(5) } });
        var address = new Uri(server.HostUrl);
        var held = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                var one = new TcpClient();
                held.Add(one);
                await one.ConnectAsync(address.Host, address.Port);
                // Served once, so that the server has taken it, and left open.
                await one.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
                (await one.GetStream().ReadAsync(new byte[1])).ShouldBe(1);
            }

            (await TalkAsync(server.HostUrl, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")).ShouldBeEmpty();
        }
        finally
        {
            held.ForEach(one => one.Dispose());
        }
    }

    /// <summary>Sends this and reads until the server closes.</summary>
    private static async Task<string> TalkAsync(string url, string text)
    {
        var address = new Uri(url);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        }
        catch (IOException)
        {
            // Refused before all of it was read.
        }

        return await EndAsync(reader.ReadToEndAsync());
    }

    private static async Task<string> EndAsync(Task<string> answer)
    {
        try
        {
            return await answer.WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (IOException)
        {
            return "";
        }
    }

    public sealed class Shared : ServerFixture
    {
        protected override BerthSettings Change(BerthSettings settings) => settings with
        {
            Web = new WebSettings { HeaderTimeout = TimeSpan.FromSeconds(1), KeepAlive = TimeSpan.FromSeconds(2), DataRateGrace = TimeSpan.FromSeconds(2) },
        };
    }
}
