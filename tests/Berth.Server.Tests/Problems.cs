namespace Berth.Server.Tests;

/// <summary>Asserts on error answers.</summary>
public static class Problems
{
    private static readonly string[] Forbidden =
        ["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "UNIQUE constraint", "SQLite", "Sqlite", "Npgsql", "   at ", ".cs:line", Path.GetTempPath(), AppContext.BaseDirectory];

    /// <summary>The answer is a problem with this status and code, and tells nothing about the inside.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        var problem = await response.ShouldBeProblemAsync();
        problem.GetProperty("code").GetString().ShouldBe(code);
        return problem;
    }

    /// <summary>The answer is some problem, well formed and documented, and tells nothing about the inside.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeInRange(400, 599, text);
        response.Content.Headers.ContentType.ShouldNotBeNull();
        response.Content.Headers.ContentType.MediaType.ShouldBe("application/problem+json", text);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        DocumentedCodes.ShouldList(problem.GetProperty("code").GetString()!);
        problem.GetProperty("status").GetInt32().ShouldBe((int)response.StatusCode);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("type").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("errors").ValueKind.ShouldBe(JsonValueKind.Array);
        ShouldTellNothing(text);
        return problem;
    }

    /// <summary>No SQL, no stack trace, no path of the server.</summary>
    public static void ShouldTellNothing(string text)
    {
        foreach (var word in Forbidden)
            text.ShouldNotContain(word, Case.Sensitive);
    }
}
