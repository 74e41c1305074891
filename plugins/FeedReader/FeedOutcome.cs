using Plugins.Http;

namespace FeedReader;

/// <summary>A feed, or why there is none.</summary>
public abstract record FeedOutcome
{
    private FeedOutcome()
    {
    }

    public sealed record Read(FeedAnswer Answer) : FeedOutcome;

    public sealed record Refused(Problem Problem) : FeedOutcome;
}
