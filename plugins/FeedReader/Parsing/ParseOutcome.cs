using Plugins.Http;

namespace FeedReader.Parsing;

/// <summary>A feed, or what is wrong with the document.</summary>
internal abstract record ParseOutcome
{
    private ParseOutcome()
    {
    }

    public sealed record Parsed(Feed Feed) : ParseOutcome;

    public sealed record Faulty(Problem Problem) : ParseOutcome;
}
