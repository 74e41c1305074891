namespace Berth.Packaging.Carrying;

/// <summary>
/// How marks on a version travel from a registry to another one, by a mirror and by a bundle alike. What the source puts on is put
/// on there. What the source lifts is lifted there only as long as it is the very mark that was carried: people there have reasons
/// of their own, and theirs stay.
/// </summary>
public static class CarriedMarks
{
    /// <summary>The reason of a yank whose source gives none.</summary>
    public const string NoReason = "Yanked at its source.";

    /// <summary>A yank, always put on.</summary>
    /// <param name="there">Its reason at the source; <see langword="null"/> when it is not yanked.</param>
    /// <param name="here">Its reason at the target; <see langword="null"/> when it is not yanked.</param>
    /// <param name="brought">The reason that was carried before, or <see langword="null"/>.</param>
    public static CarryStep Yank(string? there, string? here, string? brought) => Judge(there is not null, here is null, here, brought);

    /// <summary>A publisher's warning, put on when it is newer than the one there.</summary>
    /// <param name="there">The source's.</param>
    /// <param name="here">The target's.</param>
    /// <param name="brought">The message that was carried before, or <see langword="null"/>.</param>
    public static CarryStep Warning(CarriedWarning? there, CarriedWarning? here, string? brought) =>
        Judge(there is not null, there is not null && IsNews(there, here), here?.Message, brought);

    /// <summary>A quarantine, always put on.</summary>
    /// <param name="isThere">Whether the source stops it.</param>
    /// <param name="here">The id of the quarantine in force at the target, or <see langword="null"/>.</param>
    /// <param name="brought">The id of the one that was carried before, or <see langword="null"/>.</param>
    public static CarryStep Quarantine(bool isThere, string? here, string? brought) => Judge(isThere, here is null, here, brought);

    private static CarryStep Judge(bool isThere, bool isNews, string? here, string? brought) =>
        isThere ? (isNews ? CarryStep.Put : CarryStep.Nothing)
        : brought is null ? CarryStep.Nothing
        : here == brought ? CarryStep.TakeBack
        : CarryStep.Forget;

    // A warning that is newer here was put there by somebody, and stays. One without its successor came before that one did.
    private static bool IsNews(CarriedWarning there, CarriedWarning? here) =>
        here is null || here.At < there.At || (here.Message == there.Message && here.Successor is null && there.Successor is not null);
}
