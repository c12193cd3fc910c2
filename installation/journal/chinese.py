"""The catalogue in traditional Chinese, as exhibition staff in Hong Kong and Taiwan read it."""

from functools import partial

from installation.journal.languages import Language, spell

_FAULTS = {
    "ended": "播放器意外結束",
    "heavy": "播放器佔用太多記憶體",
    "silent": "播放器沒有回應",
    "still": "畫面停住了",
    "unready": "播放器未能啟動",
    "covered": "畫面被遮住了",
    "frozen": "螢幕上的畫面靜止不動",
    "dark": "螢幕沒有畫面",
}

_REASONS = {
    "none_found": "找不到螢幕（沒有 X 顯示）",
    "none_wanted": "設定為不使用螢幕（kiosk.yaml 為 none）",
}

_UNSEEN = {
    "covered": "有東西一直遮住畫面。請把它關閉，或將機器關掉再打開。",
    "frozen": "循環正在播放，但螢幕上的畫面靜止不動。請將螢幕關掉再打開。",
    "dark": "循環正在播放，但螢幕沒有畫面。請將螢幕關掉再打開。",
}

_RUNGS = {
    0: "已恢復原來設定的播放方式",
    1: "因為播放器一再失敗，現在改為不用顯示卡解碼",
    2: "因為播放器一再失敗，現在改用最基本的畫面輸出",
    3: "因為播放器一再失敗，現在改為無聲播放",
}

_DRAWN = {
    "gpu": "顯示卡恢復使用，畫面再由顯示卡繪製",
    "plain": "顯示卡目前無法使用，畫面改為不經顯示卡繪製",
}

_DARK = {
    "saver": "螢幕保護程式遮住了畫面",
    "sleep": "螢幕進入了休眠",
    "unlit": "螢幕的輸出被關閉了",
}

_GREETINGS = {
    "morning": "早安",
    "afternoon": "午安",
    "evening": "晚上好",
    "night": "晚安",
    "bye": "再見",
}

_EVENTS = {
    "opened": "{greeting}。循環共有 {cues}，全長 {loop}。",
    "playing": "畫面已在螢幕上。",
    "playing_unseen": "{reason}。循環照常播放；目前的畫面存於 {picture}。",
    "preparing": "正在準備循環。可能需要幾分鐘，完成後會自動出現在螢幕上。",
    "changed": "新的循環已在螢幕上（{cues}，{loop}）。",
    "same": "檔案的內容與現正播放的相同，一切不變。",
    "kept": "{edited} 的修改有錯誤：{problem}{more} 原來的循環繼續播放。",
    "left_out": "循環中略去：{problem}",
    "nothing_to_play": "螢幕全黑，因為沒有可以播放的內容：{problem}{more}",
    "prepare_failed": "未能準備循環（{problem}）。系統會自動再試。",
    "fixed": "{place}{fault}。播放器已重新啟動，畫面在 {dark}後恢復。無須處理。",
    "again": "同樣的情況再發生了 {count}，最近一次在 {last}。畫面共黑了 {dark}。無須處理。",
    "screen_gone": "沒有螢幕。螢幕恢復後，畫面會自動回來。",
    "screen_missing_long": "螢幕已消失兩分鐘。請檢查螢幕的訊號線和電源。",
    "screen_back": "螢幕在 {away}後恢復，畫面也回來了。無須處理。",
    "player_fails": "播放器已連續失敗 {count}，現在每隔 {pause}重新啟動一次。如果螢幕一直全黑，請將機器關掉再打開。",
    "rung": "{rung}。無須處理。",
    "drawn": "{drawn}。無須處理。",
    "needs_memory": "播放器需要 {needed} 的記憶體，kiosk.yaml 只允許 {allowed}。已讓播放器使用，畫面照常播放。"
    "請通知技術人員：`watchdog: memory` 須調高。",
    "set_aside": "播放器在 {name}（loop.yaml 的第 {number} 段）的同一處失敗了兩次。這一段暫時略去，"
    "直到循環或影片有所更改。",
    "seen_again": "有 {dark}看不到畫面，現在又看到了。無須處理。",
    "unseen": "{unseen}",
    "woken": "{cause}，現已喚醒。無須處理。",
    "unswitchable": "螢幕不聽關閉的指令，改為保持全黑。無須處理。",
    "sound_gone": "音訊裝置沒有回應。畫面照常播放，暫時沒有聲音，聲音會自動再試。"
    "如果展間一直沒有聲音，請檢查喇叭或擴大機是否已開啟。",
    "sound_back": "聲音恢復了。無須處理。",
    "master_changed": "與封存時不同：{name}。畫面照常播放。請通知藝術家：檔案須以原件放回；"
    "如果是有意更改，請以 `installation footage seal` 重新封存。",
    "master_gone": "封存之後從檔案庫消失：{name}。請通知藝術家。",
    "master_unread": "檔案庫無法再讀取：{problem}{more} 硬碟可能快要損壞。請通知藝術家。",
    "log_late": "從 {refused} 起，硬碟無法寫入這份紀錄。現已恢復，期間發生的事都寫在上面。{lost}無須處理。",
    "clock": "時鐘被{direction}了 {by}。開放時間以新的時鐘為準。無須處理。",
    "drill_began": "演習開始：以下故障是刻意製造的，到演習結束為止的紀錄都與此有關。無須處理。",
    "drill_ended": "演習結束：共演習 {faults}，全部自動恢復。無須處理。",
    "drill_failed": "演習結束：共演習 {faults}，有 {unhealed} 項沒有恢復。請通知技術人員。",
    "still_closed": "現為休息時間，{until} 開放。",
    "closed": "{greeting}。{today}循環播放 {loops}，畫面顯示 {shown}，重新啟動 {restarts}，黑畫面 {dark}。",
}

_PRESENT = {
    "stale": "監看程式已有 {written}沒有回報。請重新啟動播放系統。",
    "playing": "一切正常：畫面從 {since} 起一直在螢幕上。",
    "playing_unseen": "一切正常：循環從 {since} 起一直在播放。",
    "troubled": "有一個問題，但畫面從 {since} 起一直在螢幕上。",
    "troubled_unseen": "有一個問題，但循環從 {since} 起一直在播放。",
    "starting": "播放器正在啟動。",
    "resting": "播放器失敗了，即將重新啟動。",
    "waiting": "從 {since} 起沒有螢幕。螢幕恢復後，畫面會自動回來。",
    "preparing": "正在準備循環；完成之前螢幕全黑。",
    "black": "螢幕全黑，因為沒有可以播放的內容。",
    "always_open": "全天開放。",
    "open_until": "現為開放時間，{until} 關閉。",
    "closed_until": "現為休息時間，{until} 開放。",
    "closed": "現為休息時間。",
    "cue": "第 {number} 段，共 {of} 段（{name}，{position}），第 {iteration} 次循環。",
    "no_cue": "第 {number} 段，共 {of} 段（黑畫面），第 {iteration} 次循環。",
    "day": "開始以來重新啟動 {restarts}，黑畫面 {dark}。",
    "turn": "新的循環已準備好，約 {turn_in}後在下一次循環開始時出現。",
    "progress": "正在準備循環（{progress}）。",
    "picture": "沒有螢幕；目前的畫面是 {picture}。",
    "problem": "問題：{problem}{more_problems}",
}

CHINESE = Language(
    events=_EVENTS,
    present=_PRESENT,
    words={
        "greeting": _GREETINGS,
        "fault": _FAULTS,
        "reason": _REASONS,
        "unseen": _UNSEEN,
        "rung": _RUNGS,
        "drawn": _DRAWN,
        "cause": _DARK,
        "direction": {"forward": "撥快", "back": "撥慢"},
        "today": {True: "今天", False: ""},
    },
    numbers={
        "cues": ("{} 段", "{} 段"),
        "loops": ("{} 次", "{} 次"),
        "restarts": ("{} 次", "{} 次"),
        "count": ("{} 次", "{} 次"),
        "faults": ("{} 項", "{} 項"),
    },
    extras={
        "more": (" 另有 {} 個錯誤；請執行 `installation check`。",) * 2,
        "more_problems": (" 另有 {} 個問題；請執行 `installation check`。",) * 2,
        "lost": ("有 {} 行放不進記憶體，已經遺失。",) * 2,
    },
    place="在 {} 的 {} 處，",
    tomorrow="明天",
    weekdays=("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    spell=partial(spell, units=("秒", "分", "小時", "天")),
)
