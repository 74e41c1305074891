using System.Net;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>From an answer that is an error to an exit code, a sentence and the next step.</summary>
internal static class FailureMap
{
    /// <summary>What the command fails with.</summary>
    public static CommandFailedException Of(HttpResponseMessage response, Problem problem)
    {
        var status = response.StatusCode;
        var code = problem.Code ?? $"http.{(int)status}";
        var message = problem.Detail ?? $"{response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Authority)} answered {(int)status} {response.ReasonPhrase}.";
        return new CommandFailedException(ExitFor(status, code), code, message + Digests(problem), NextFor(status, code, response), problem.Reasons);
    }

    /// <summary>The exit code of a status.</summary>
    public static ExitCode ExitFor(HttpStatusCode status, string code) => (int)status switch
    {
        403 when code.StartsWith("capability.", StringComparison.Ordinal) => ExitCode.Declined,
        401 or 403 => ExitCode.NotAllowed,
        404 or 410 => ExitCode.NotFound,
        409 or 412 or 423 => ExitCode.Conflict,
        400 => ExitCode.Usage,
        413 or 415 or 422 => ExitCode.Refused,
        502 when code.StartsWith("plugin.", StringComparison.Ordinal) => ExitCode.Failed,
        408 or 429 or 502 or 503 or 504 => ExitCode.Unreachable,
        _ => ExitCode.Failed,
    };

    private static string Digests(Problem problem) =>
        problem.Text("existing_digest") is { } existing && problem.Text("given_digest") is { } given
            ? $" Published: {existing}. Given: {given}."
            : "";

    private static string? NextFor(HttpStatusCode status, string code, HttpResponseMessage response) => (code, (int)status) switch
    {
        ("version.exists", _) => "A published version never changes: raise \"version\" in plugin.json and pack again.",
        ("plugin.already_installed", _) => "See `berth list`; another version comes with `berth update SLUG --version RANGE`.",
        (_, 401) => "Sign in with `berth login`, or set BERTH_TOKEN.",
        (_, 403) when code.StartsWith("capability.", StringComparison.Ordinal) => "Grant it with `berth grant SLUG CAPABILITY`; `berth status SLUG` shows what is granted.",
        (_, 403) => "Ask an administrator, or sign in as somebody who may: `berth login`.",
        (_, 404) => "Check the name: `berth list` shows what is installed, `berth search` what there is.",
        (_, 409 or 423) => "Look at `berth status SLUG`; another operation may just be running.",
        (_, 413 or 415 or 422) => "Correct what is named above, then try again.",
        (_, 429 or 503) when RetryAfter(response, DateTimeOffset.UtcNow) is { } wait => $"Try again in {Math.Ceiling(wait.TotalSeconds)} s.",
        (_, 429 or 502 or 503 or 504) => "Try again in a moment.",
        (_, >= 500) => "The server's log says more, under the trace id of its answer.",
        _ => null,
    };

    /// <summary>How long the server asks to wait (RFC 9110 section 10.2.3), if it does.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
