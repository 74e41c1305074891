using System.Net.Http.Headers;
using System.Security.Cryptography;
using Berth.Data.Blobs;
using Berth.Registry.Mirroring.Upstream;

namespace Berth.Server.Tests.Composition;

/// <summary>Packages that come through from upstream: shown while they come, kept only when they are right.</summary>
public sealed class UpstreamDownloadsTests
{
    private const int HeldBack = 64 * 1024;
    private const int Half = 512 * 1024;

    [Fact]
    public async Task A_package_is_sent_on_while_it_comes_and_the_second_time_from_the_store()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var (package, rest) = (Large("Stream"), new TaskCompletionSource());
        upstream.Offer("Stream", package, async response =>
        {
            await response.Body.WriteAsync(package.AsMemory(0, Half));
            await rest.Task;
            await response.Body.WriteAsync(package.AsMemory(Half));
        });
        using var client = here.Registry();

        using var answer = await client.GetAsync("/api/v1/plugins/Stream/1.0.0/download", HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentLength.ShouldBe(package.Length);
        var got = new byte[package.Length];
        await using (var body = await answer.Content.ReadAsStreamAsync())
        {
            // The upstream has not sent the rest yet, and goes on only now.
            await body.ReadExactlyAsync(got.AsMemory(0, Half));
            Stored(here, package).ShouldBeFalse();
            rest.SetResult();
            await body.ReadExactlyAsync(got.AsMemory(Half));
            (await body.ReadAsync(new byte[1])).ShouldBe(0);
        }

        got.ShouldBe(package);
        Stored(here, package).ShouldBeTrue("the end is shown when the whole is in the store");
        using var again = await client.GetAsync("/api/v1/plugins/Stream/1.0.0/download");
        (await again.Content.ReadAsByteArrayAsync()).ShouldBe(package);
        foreach (var header in (string[])["ETag", "Repr-Digest", "Accept-Ranges", "Cache-Control", "Berth-Version", "Berth-Upstream"])
            again.Headers.GetValues(header).ShouldBe(answer.Headers.GetValues(header), header);
        again.Content.Headers.ContentDisposition.ShouldBe(answer.Content.Headers.ContentDisposition);
        upstream.DownloadsOf("Stream").ShouldBe(1);
    }

    [Theory]
    [InlineData("the last byte differs")]
    [InlineData("there is more")]
    [InlineData("there is less")]
    public async Task The_end_of_other_bytes_than_promised_is_never_shown_and_nothing_is_kept(string how)
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var package = Large("Liar");
        var sent = how switch
        {
            "there is more" => [.. package, 1],
            "there is less" => package[..^1],
            _ => (byte[])[.. package[..^1], (byte)(package[^1] ^ 1)],
        };

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var begun = new TaskCompletionSource();
            upstream.Offer("Liar", package, async response =>
            {
                await response.Body.WriteAsync(sent.AsMemory(0, Half));
                await begun.Task;
                await response.Body.WriteAsync(sent.AsMemory(Half));
            });
            var got = await UntilBrokenOffAsync(here, "Liar", begun);
            got.Length.ShouldBeLessThanOrEqualTo(package.Length - HeldBack);
            package.AsSpan(0, got.Length).SequenceEqual(got).ShouldBeTrue();
            Stored(here, package).ShouldBeFalse();
            Stored(here, sent).ShouldBeFalse();
            upstream.DownloadsOf("Liar").ShouldBe(attempt, "what is not kept is asked for again");
        }

        Staged(here).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_who_ask_at_once_make_one_download_also_while_it_is_under_way()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var (package, rest) = (Large("Crowd"), new TaskCompletionSource());
        upstream.Offer("Crowd", package, async response =>
        {
            await response.Body.WriteAsync(package.AsMemory(0, Half));
            await rest.Task;
            await response.Body.WriteAsync(package.AsMemory(Half));
        });
        using var client = here.Registry();

        // All have an answer that is half way when the rest begins.
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.GetAsync("/api/v1/plugins/Crowd/1.0.0/download", HttpCompletionOption.ResponseHeadersRead)));
        rest.SetResult();
        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsByteArrayAsync()).Concat(
            Enumerable.Range(0, 16).Select(_ => client.GetByteArrayAsync("/api/v1/plugins/Crowd/1.0.0/download"))));

        bodies.ShouldAllBe(body => body.SequenceEqual(package));
        upstream.DownloadsOf("Crowd").ShouldBe(1);
    }

    [Fact]
    public async Task An_upstream_that_dies_in_the_middle_breaks_the_answer_off_and_the_next_one_is_whole()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var (package, begun) = (Large("Dying"), new TaskCompletionSource());
        upstream.Offer("Dying", package, async response =>
        {
            response.ContentLength = package.Length;
            await response.Body.WriteAsync(package.AsMemory(0, Half));
            await begun.Task;
            response.HttpContext.Abort();
        });

        (await UntilBrokenOffAsync(here, "Dying", begun)).Length.ShouldBeLessThanOrEqualTo(Half);
        Stored(here, package).ShouldBeFalse();
        Staged(here).ShouldBeEmpty();

        upstream.Offer("Dying", package, async response => await response.Body.WriteAsync(package));
        (await here.Registry().GetByteArrayAsync("/api/v1/plugins/Dying/1.0.0/download")).ShouldBe(package);
    }

    [Fact]
    public async Task An_upstream_that_stands_still_is_given_up()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream, stall: TimeSpan.FromSeconds(1.5));
        var (package, never) = (Large("Still"), new TaskCompletionSource());
        upstream.Offer("Still", package, async response =>
        {
            await response.Body.WriteAsync(package.AsMemory(0, Half));
            await never.Task.WaitAsync(response.HttpContext.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        (await UntilBrokenOffAsync(here, "Still")).Length.ShouldBe(Half);
        Stored(here, package).ShouldBeFalse();
        never.SetResult();
    }

    [Fact]
    public async Task A_part_a_question_and_a_condition_are_answered_from_the_whole()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var package = Large("Parts");
        upstream.Offer("Parts", package, async response => await response.Body.WriteAsync(package));
        using var client = here.Registry();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Parts/1.0.0/download");
        request.Headers.Range = new RangeHeaderValue(package.Length - 100, package.Length - 1);
        using var part = await client.SendAsync(request);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(package[^100..]);
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/plugins/Parts/1.0.0/download"));
        head.Content.Headers.ContentLength.ShouldBe(package.Length);
        using var known = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Parts/1.0.0/download");
        known.Headers.IfNoneMatch.Add(part.Headers.ETag!);
        (await client.SendAsync(known)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        upstream.DownloadsOf("Parts").ShouldBe(1);
    }

    [Fact]
    public async Task A_part_of_other_bytes_than_promised_is_a_problem_and_no_part()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var package = Large("Half");
        upstream.Offer("Half", package, async response => await response.Body.WriteAsync(package.AsMemory(0, Half)));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/plugins/Half/1.0.0/download");
        request.Headers.Range = new RangeHeaderValue(0, 99);
        using var part = await here.Registry().SendAsync(request);
        await part.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "upstream.away");
    }

    [Fact]
    public async Task A_package_that_upstream_promises_and_does_not_have_is_a_problem_and_no_broken_answer()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        upstream.Offer("Gone", Large("Gone"), response =>
        {
            response.StatusCode = 404;
            return Task.CompletedTask;
        });

        using var refused = await here.Registry().GetAsync("/api/v1/plugins/Gone/1.0.0/download");
        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "upstream.away");
        refused.Headers.ETag.ShouldBeNull();
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_leaves_the_package_to_the_next_one()
    {
        await using var upstream = new ScriptedUpstream();
        await using var here = await StartBehindAsync(upstream);
        var (package, rest) = (Large("Left"), new TaskCompletionSource());
        upstream.Offer("Left", package, async response =>
        {
            await response.Body.WriteAsync(package.AsMemory(0, Half));
            await rest.Task;
            await response.Body.WriteAsync(package.AsMemory(Half));
        });
        using (var leaving = here.Registry())
        {
            using var answer = await leaving.GetAsync("/api/v1/plugins/Left/1.0.0/download", HttpCompletionOption.ResponseHeadersRead);
        }

        rest.SetResult();
        (await here.Registry().GetByteArrayAsync("/api/v1/plugins/Left/1.0.0/download")).ShouldBe(package);
        upstream.DownloadsOf("Left").ShouldBe(1);
    }

    private static Task<TestServer> StartBehindAsync(ScriptedUpstream upstream, TimeSpan? stall = null) => TestServer.StartAsync(
        settings => settings with { Upstream = upstream.Address },
        builder => builder.Services.AddSingleton(new UpstreamOptions { Address = upstream.Address, StallTimeLimit = stall ?? TimeSpan.FromMinutes(2), AnswerTimeLimit = TimeSpan.FromMinutes(2) }));

    /// <summary>A package of more than a megabyte that does not get smaller.</summary>
    private static byte[] Large(string slug) => TestPackages.FrontEnd(slug, "1.0.0", null, ("assets/noise.txt", Convert.ToHexString(RandomNumberGenerator.GetBytes(1_100_000))));

    /// <summary>What a client got of a download before the connection broke.</summary>
    private static async Task<byte[]> UntilBrokenOffAsync(TestServer here, string slug, TaskCompletionSource? begun = null)
    {
        using var client = here.Registry();
        using var got = new MemoryStream();
        using var answer = await client.GetAsync($"/api/v1/plugins/{slug}/1.0.0/download", HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, "it has begun");
        begun?.SetResult();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var exception = await Should.ThrowAsync<Exception>(() => body.CopyToAsync(got));
        (exception is IOException or HttpRequestException).ShouldBeTrue(exception.ToString());
        return got.ToArray();
    }

    private static bool Stored(TestServer here, byte[] bytes) =>
        here.Server.Services.GetRequiredService<IPackageBlobs>().FindFile(Convert.ToHexStringLower(SHA256.HashData(bytes))) is not null;

    private static IEnumerable<string> Staged(TestServer here) =>
        here.Server.Services.GetRequiredService<IPackageBlobs>().StaleStaging(TimeSpan.FromDays(-1)).Select(staged => staged.Name);
}
