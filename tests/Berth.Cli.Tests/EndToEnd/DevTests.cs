using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit.Abstractions;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary><c>berth dev</c> on a plugin with code of its own, which is really built.</summary>
public sealed class DevTests(ITestOutputHelper output)
{
    private const string Swapped = "{\"schemaVersion\":1,\"slug\":";
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task Eight_connections_see_no_failure_over_three_swaps_and_old_versions_go()
    {
        using var folder = new HelloFolder();
        await using var dev = new BerthProcess(None, "dev", folder.Path, "--json", "--no-page");
        var ready = Json(await dev.LineAsync("{"));
        var (host, token) = (ready.GetProperty("host").GetString()!, ready.GetProperty("token").GetString()!);
        Json(await dev.LineAsync(Swapped)).GetProperty("version").GetString().ShouldBe("1.0.0-dev.1");
        var load = new Load(host, token);
        var running = load.StartAsync(connections: 8);

        for (var swap = 2; swap <= 4; swap++)
        {
            folder.Write($"text {swap}");
            var told = Json(await dev.LineAsync(Swapped));
            told.GetProperty("version").GetString().ShouldBe($"1.0.0-dev.{swap}");
            output.WriteLine($"swap {swap}: {told}");
            await load.SeenAsync($"text {swap}");
        }

        await load.StopAsync(running);
        output.WriteLine($"{load.Succeeded} requests over 8 connections, {load.Failures.Count} failed, longest time without an answer: {load.LongestGap.TotalMilliseconds:0} ms");
        load.Failures.ShouldBeEmpty();
        using var client = Load.Client(host, token);
        await StoreHoldsAsync(client, "1.0.0-dev.3", "1.0.0-dev.4");
        await dev.SignalAsync("INT");
        (await dev.ExitCodeAsync()).ShouldBe(0, dev.Errors);
        await dev.NothingLeftAsync();
    }

    [Fact]
    public async Task What_does_not_build_is_told_and_the_version_before_goes_on()
    {
        using var folder = new HelloFolder();
        await using var dev = new BerthProcess(None, "dev", folder.Path, "--json");
        var ready = Json(await dev.LineAsync("{"));
        await dev.LineAsync(Swapped);
        using var client = Load.Client(ready.GetProperty("host").GetString()!, ready.GetProperty("token").GetString()!);
        using var page = new HttpClient { BaseAddress = new Uri(ready.GetProperty("page").GetString()!) };
        (await page.GetStringAsync("/p/Hello/say")).ShouldContain("text 1");

        folder.WriteSource("this is no program");

        await UntilAsync(async () => JsonSerializer.Deserialize<JsonElement>(await page.GetStringAsync("/state.json")).GetProperty("failure").ValueKind == JsonValueKind.Object);
        dev.Errors.ShouldContain("client.dev.build");
        (await client.GetStringAsync("/p/Hello/say")).ShouldContain("text 1");
        folder.Write("text 2");
        Json(await dev.LineAsync(Swapped)).GetProperty("version").GetString().ShouldBe("1.0.0-dev.2");
        (await page.GetStringAsync("/p/Hello/say")).ShouldContain("text 2");
        JsonSerializer.Deserialize<JsonElement>(await page.GetStringAsync("/state.json")).GetProperty("failure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_front_end_alone_needs_no_build_and_its_data_folder_goes_on()
    {
        using var cli = new CliRun();
        var folder = PluginFolder.Create(cli, slug: "Front");
        var data = Path.Combine(cli.Folder, "data");
        for (var round = 1; round <= 2; round++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "dist", "main.js"), $"export default {round};");
            await using var dev = new BerthProcess(None, "dev", folder, "--json", "--once", "--data", data);
            await dev.LineAsync("{");
            Json(await dev.LineAsync(Swapped)).GetProperty("version").GetString().ShouldBe($"1.0.0-dev.{round}");
            (await dev.ExitCodeAsync()).ShouldBe(0, dev.Errors);
        }
    }

    private static async Task StoreHoldsAsync(HttpClient client, params string[] versions)
    {
        IReadOnlyList<string?> found = [];
        await UntilAsync(async () =>
        {
            var store = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync("/api/v1/plugins/system/versions"));
            found = [.. store.GetProperty("versions").EnumerateArray().Where(one => one.GetProperty("in_store").GetBoolean()).Select(one => one.GetProperty("version").GetString()).Order(StringComparer.Ordinal)];
            return found.SequenceEqual(versions);
        });
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            await Task.Delay(50, over.Token);
        }
    }

    private static JsonElement Json(string line) => JsonSerializer.Deserialize<JsonElement>(line);

    /// <summary>The plugin of docs/writing-plugins.md, with a text that tests change.</summary>
    private sealed class HelloFolder : IDisposable
    {
        public HelloFolder()
        {
            Path = Directory.CreateTempSubdirectory("berth-hello-").FullName;
            File.WriteAllText(
                System.IO.Path.Combine(Path, "Hello.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <EnableRequestDelegateGenerator>true</EnableRequestDelegateGenerator>
                  </PropertyGroup>
                  <ItemGroup>
                    <FrameworkReference Include="Microsoft.AspNetCore.App" />
                    <Reference Include="Berth.Abstractions" HintPath="{System.IO.Path.Combine(AppContext.BaseDirectory, "Berth.Abstractions.dll")}" Private="false" />
                  </ItemGroup>
                </Project>
                """);
            File.WriteAllText(System.IO.Path.Combine(Path, "plugin.json"), """{"name":"Hello","version":"1.0.0","module":{"assembly":"lib/net10.0/Hello.dll"}}""");
            Write("text 1");
        }

        public string Path { get; }

        public void Write(string text) => WriteSource(
            $$"""
            using Berth;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.AspNetCore.Routing;

            namespace Hello;

            public sealed class HelloPlugin : IPlugin
            {
                public void MapEndpoints(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/say", () => "{{text}}");
            }
            """);

        public void WriteSource(string source) => File.WriteAllText(System.IO.Path.Combine(Path, "HelloPlugin.cs"), source);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>Requests without a pause; what they got, and the longest time in which none got an answer.</summary>
    private sealed class Load(string host, string token)
    {
        private readonly ConcurrentDictionary<string, byte> _seen = new();
        private readonly Lock _lock = new();
        private volatile bool _isOver;
        private long _last = Stopwatch.GetTimestamp();

        public ConcurrentQueue<string> Failures { get; } = new();

        public long Succeeded { get; private set; }

        public TimeSpan LongestGap { get; private set; }

        public static HttpClient Client(string host, string token) =>
            new() { BaseAddress = new Uri(host), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

        public Task StartAsync(int connections) => Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(RunAsync)));

        public Task SeenAsync(string text) => UntilAsync(() => Task.FromResult(_seen.Keys.Any(seen => seen.Contains(text, StringComparison.Ordinal))));

        public async Task StopAsync(Task running)
        {
            _isOver = true;
            await running;
        }

        private async Task RunAsync()
        {
            using var client = Client(host, token);
            while (!_isOver)
            {
                try
                {
                    using var answer = await client.GetAsync("/p/Hello/say");
                    var text = await answer.Content.ReadAsStringAsync();
                    if (answer.IsSuccessStatusCode)
                        Note(text);
                    else
                        Failures.Enqueue($"{(int)answer.StatusCode} {text}");
                }
                catch (HttpRequestException exception)
                {
                    Failures.Enqueue(exception.Message);
                }
            }
        }

        private void Note(string text)
        {
            _seen[text] = 0;
            lock (_lock)
            {
                var now = Stopwatch.GetTimestamp();
                var gap = Stopwatch.GetElapsedTime(_last, now);
                if (gap > LongestGap && Succeeded > 0)
                    LongestGap = gap;
                _last = now;
                Succeeded++;
            }
        }
    }
}
