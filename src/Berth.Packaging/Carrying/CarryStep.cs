namespace Berth.Packaging.Carrying;

/// <summary>What whoever carries a registry's decisions to another one has to do about one of them.</summary>
public enum CarryStep
{
    /// <summary>It is there as it should be, or is none of the carrier's business.</summary>
    Nothing,

    /// <summary>Make it so there, too, and remember that it was carried.</summary>
    Put,

    /// <summary>The source has lifted it: lift what was carried, and forget it.</summary>
    TakeBack,

    /// <summary>The source has lifted it, and what was carried is gone or was replaced by people there: forget it.</summary>
    Forget,
}
