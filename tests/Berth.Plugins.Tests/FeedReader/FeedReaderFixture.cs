using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FeedReader;
using FeedReader.Fetching;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Plugins.Tests.FeedReader;

/// <summary>The plugin as a host runs it: the HTTP client resolves only for users who granted it.</summary>
internal static class FeedReaderFixture
{
    public static Task<RunningPlugin> StartAsync(
        bool isGranted = true, TimeProvider? time = null, FeedLimits? limits = null, string settings = "{}") =>
        RunningPlugin.StartAsync(
            new FeedReaderPlugin(),
            new TestPluginContext("FeedReader", "1.0.0"),
            settings,
            services =>
            {
                services.AddSingleton(time ?? TimeProvider.System);
                services.AddSingleton(limits ?? FeedLimits.Default);
                services.AddScoped(_ => isGranted
                    ? new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All })
                    : throw new CapabilityDeniedException(Capabilities.HttpClient, "it was not granted."));
            });

    public static Task<HttpResponseMessage> GetFeedAsync(this RunningPlugin reader, string url) =>
        reader.Client.GetAsync(new Uri($"feed?url={Uri.EscapeDataString(url)}", UriKind.Relative));

    public static async Task<JsonNode> ReadFeedAsync(this RunningPlugin reader, string url)
    {
        var answer = await reader.GetFeedAsync(url);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    public static async Task<JsonNode> ShouldBeProblemAsync(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonNode.Parse(body)!;
        problem["code"]!.GetValue<string>().ShouldBe(code);
        return problem;
    }
}
